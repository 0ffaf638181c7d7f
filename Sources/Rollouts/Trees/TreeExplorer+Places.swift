import Compute
import Influence
import Trees

extension TreeExplorer {
    /// Where responses begin: at the prompt, or at a branch point.
    struct Place: Sendable, Equatable {
        let fork: RolloutTree.Fork?
        let count: Int
        var offset: Int { fork?.offset ?? 0 }
    }

    /// The branch points of some rollouts, and what there is to say of them.
    func choosePlaces(
        in tree: RolloutTree, of rollouts: Range<Int>
    ) throws -> (places: [Place], notes: [String]) {
        var places: [Place] = [], fallbacks = 0
        var shortages: [(note: String, rollouts: [Int])] = []
        for rollout in rollouts {
            var options = growth.branching
            options.seed = Self.seed(options.seed, rollout: rollout, offset: 0)
            let choice = try chooseBranches(
                tree.branchInput(of: rollout, from: tree.start(of: rollout)), options: options)
            fallbacks += choice.points.count(where: \.isFallback)
            places += choice.points.map { point in
                Place(
                    fork: RolloutTree.Fork(rollout: rollout, offset: point.token - tree.prompt.count),
                    count: growth.continuations)
            }
            guard !choice.note.isEmpty else { continue }
            if let index = shortages.firstIndex(where: { $0.note == choice.note }) {
                shortages[index].rollouts.append(rollout)
            } else {
                shortages.append((choice.note, [rollout]))
            }
        }
        var notes = shortages.map { note, rollouts in Self.names(rollouts) + ": " + note }
        if fallbacks > 0 {
            notes.append(
                "\(fallbacks) of \(places.count) branch points are the earliest steps left: the strategy found too few "
                    + "that are far enough apart.")
        }
        return (places, notes)
    }

    private static func names(_ rollouts: [Int]) -> String {
        switch rollouts.count {
        case 1: "Rollout \(rollouts[0])"
        case ...8: "Rollouts " + rollouts.map(String.init).joined(separator: ", ")
        default: "\(rollouts.count) rollouts"
        }
    }

    /// A seed for what is drawn at one place of a tree: below 2^53, as seeds that are drawn are.
    ///
    /// Streams of responses are numbered below 2^32, these are above.
    static func seed(_ seed: UInt64, rollout: Int, offset: Int) -> UInt64 {
        let stream = UInt64(rollout + 1) << 32 | UInt64(offset)
        let words = CounterRandom(seed: seed, stream: stream).words(at: 0)
        return (UInt64(words[0]) << 32 | UInt64(words[1])) >> 11
    }
}
