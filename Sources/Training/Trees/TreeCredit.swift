import Jobs
import Trees

/// What is learnt of a tree: the advantage of each node, and the rows that its tokens count in.
struct TreeCredit: Sendable {
    /// One per node; nil for one that is not learnt.
    var advantages: [Double?]
    let rows: TreeRows
}

/// The rows in which training row by row would learn a tree.
enum TreeRows: Sendable {
    /// The whole response of each rollout, so that shared tokens count once for every response that they are part of.
    case responses
    /// What each rollout drew itself, so that every token counts once.
    case drawn

    /// For each row, its nodes in order.
    func nodes(_ segments: TreeSegments) -> [[Int]] {
        segments.leaves.indices.map { rollout in
            var path: [Int] = [], next: Int? = segments.leaves[rollout]
            while let node = next, node != 0 {
                if self == .responses || segments.nodes[node].rollout == rollout { path.append(node) }
                next = segments.nodes[node].parent
            }
            return path.reversed()
        }
    }
}

extension AdvantageRule {
    /// Whether shared tokens count once for each response that they are part of.
    var learnsRowByRow: Bool { self == .globalLocal || self == .subgroupMean }

    /// What is learnt of a step's trees.
    ///
    /// - Parameter rewards: For each tree, the rewards of its rollouts.
    /// - Precondition: It compares trees.
    func credits(_ trees: [(tree: RolloutTree, segments: TreeSegments, rewards: [Double])]) -> [TreeCredit] {
        let rows = learnsRowByRow ? TreeRows.responses : .drawn
        let credits = trees.map { tree, segments, rewards in
            let advantages: [Double?] =
                switch self {
                case .parent: parentAdvantages(segments, rewards: rewards)
                case .subgroupMean: subgroupAdvantages(segments, rewards: rewards)
                case .vine: vineAdvantages(tree, segments, rewards: rewards)
                case .fr3eScale: scaledPlaceAdvantages(tree, segments, rewards: rewards)
                case .globalLocal, .groupMean, .leaveOneOut, .drGRPO: treeAdvantages(segments, rewards: rewards)
                }
            return TreeCredit(advantages: advantages, rows: rows)
        }
        guard self == .subgroupMean else { return credits }
        let deviation = globalDeviation(
            zip(trees, credits).map { tree, credit in tree.segments.leaves.map { credit.advantages[$0] ?? 0 } })
        return credits.map { TreeCredit(advantages: $0.advantages.map { $0.map { $0 / deviation } }, rows: $0.rows) }
    }
}
