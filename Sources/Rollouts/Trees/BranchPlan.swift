import Influence
public import Trees

/// Where the rollouts of one tree are continued.
public struct BranchPlan: Sendable {
    public struct Point: Sendable, Equatable {
        public let fork: RolloutTree.Fork
        /// Its relative position in its response, in [0, 1].
        public let share: Double
        /// See `BranchPoint.isFallback`.
        public let isFallback: Bool
    }

    /// Ordered by rollout, then by offset.
    public private(set) var points: [Point] = []
    /// The number of rollouts to branch; some may have no step to branch at.
    public private(set) var rolloutCount = 0
    /// Why rollouts have fewer points than asked for: each reason with the rollouts it applies to.
    private var shortages: [(reason: String, rollouts: [Int])] = []

    /// An empty plan.
    public init() {}

    /// Adds the points chosen in one rollout.
    mutating func add(_ choice: BranchChoice, of rollout: Int, in tree: RolloutTree) {
        rolloutCount += 1
        points += choice.points.map { point in
            let offset = point.token - tree.prompt.count
            return Point(
                fork: RolloutTree.Fork(rollout: rollout, offset: offset),
                share: Double(offset) / Double(tree.length(of: rollout)), isFallback: point.isFallback)
        }
        guard !choice.note.isEmpty else { return }
        if let index = shortages.firstIndex(where: { $0.reason == choice.note }) {
            shortages[index].rollouts.append(rollout)
        } else {
            shortages.append((choice.note, [rollout]))
        }
    }

    /// Human-readable notes on what did not go as asked.
    public var notes: [String] {
        var notes = shortages.map { reason, rollouts in Self.names(rollouts) + ": " + reason }
        let fallbacks = points.count(where: \.isFallback)
        if fallbacks > 0 {
            notes.append(
                "\(fallbacks) of \(points.count) branch points are the earliest steps left: the strategy found too few "
                    + "that are far enough apart.")
        }
        return notes
    }

    private static func names(_ rollouts: [Int]) -> String {
        switch rollouts.count {
        case 1: "Rollout \(rollouts[0])"
        case ...8: "Rollouts " + rollouts.map(String.init).joined(separator: ", ")
        default: "\(rollouts.count) rollouts"
        }
    }
}
