import Influence
import Rollouts
import Tokenizing
import Trees

/// A tree cut behind the first reasoning step of every branch as well, so that these steps are nodes: the candidates that a
/// critic says the worth of.
struct SteppedTree {
    let segments: TreeSegments
    /// Nodes among several of one place, behind which responses go on: their rewards have to be foreseen. That of a response
    /// that ends is known.
    let open: [Int]
    /// The mean reward of the responses below each node.
    let values: [Double]
    /// The tokens of each open node behind what precedes them.
    let given: [GivenTokens]

    /// - Parameters:
    ///   - texts: Of the tokens of responses that have not been cut into steps yet.
    ///   - separator: Where their steps end, see `StepSegmentation`.
    init(_ tree: RolloutTree, texts: TokenTextTable, separator: StepSeparator?) {
        let forks = Dictionary(grouping: Set(tree.rollouts.compactMap(\.fork)), by: \.rollout)
        let ends = tree.rollouts.indices.map { index -> [Int] in
            let starts = tree.stepStarts(of: index, texts: texts, separator: separator)
            let begins = [tree.start(of: index)] + (forks[index] ?? []).map(\.offset)
            return begins.compactMap { begin in starts.first { $0 > begin } }
        }
        let segments = TreeSegments(tree, cutAlsoAt: ends), nodes = segments.nodes, leaves = Set(segments.leaves)
        let candidates = Dictionary(grouping: nodes.indices.dropFirst()) { nodes[$0].parent }
        open = nodes.indices.filter { node in
            node > 0 && !leaves.contains(node) && candidates[nodes[node].parent, default: []].count > 1
        }
        given = open.map { node in
            let response = tree.response(of: nodes[node].rollout!), tokens = nodes[node].tokens
            return GivenTokens(
                prompt: tree.prompt + response[..<tokens.lowerBound], response: Array(response[tokens]))
        }
        values = segments.values(tree.rollouts.map { $0.reward ?? 0 })
        self.segments = segments
    }
}

extension RolloutTree {
    /// Where the steps of a rollout's whole response begin.
    fileprivate func stepStarts(of index: Int, texts: TokenTextTable, separator: StepSeparator?) -> [Int] {
        let known = rollouts[index].steps
        guard known.isEmpty else { return known.map(\.start) }
        let steps = StepSegmentation(
            promptLength: prompt.count, responseTokens: response(of: index).map(texts.bytes), separator: separator)
        return steps.ranges.dropFirst().map { $0.lowerBound - prompt.count }
    }
}
