import Policy
import Rollouts
import Sampling
import Trees

/// Responses to one prompt as a tree, with what the policy loss needs for each token.
struct PolicyTree: Sendable {
    /// What the tokens of one node share, and their old logprobs.
    struct Node: Sendable {
        /// Logprobs under the weights that drew the tokens; empty until computed.
        var old: ArraySlice<Float>
        let advantage: Double
        /// How often each token counts: once for every row in which training row by row would learn it.
        let weight: Double
        /// Whether the weights that drew the tokens are those that the step begins with.
        var isFresh = true
    }

    let tree: TokenTree
    /// For each node of the tree; nil for nodes that are not learnt.
    private(set) var nodes: [Node?]

    var isLearnt: Bool { nodes.contains { $0 != nil } }

    subscript(node: TokenTree.Index) -> Node? { nodes[node.number] }

    /// A group: each response continues the prompt.
    init(_ group: ResponseGroup) {
        var tree = TokenTree(group.prompt)
        for member in group.members { tree.add(member.tokens, to: 0) }
        self.tree = tree
        nodes = [nil] + group.members.map { Node(old: $0.old[...], advantage: $0.advantage, weight: 1) }
    }

    /// A rollout tree: a node of |L| leaves counts |L| times, as it would in |L| rows.
    ///
    /// - Parameters:
    ///   - advantages: One per segment; nil for one that is not learnt.
    ///   - isFresh: Whether a rollout was drawn from the weights that the step begins with.
    init(
        _ tree: RolloutTree, _ segments: TreeSegments, advantages: [Double?], isFresh: (_ rollout: Int) -> Bool
    ) {
        self.tree = tree.tokenTree(segments)
        nodes = zip(segments.nodes, advantages).map { node, advantage in
            guard let rollout = node.rollout, let advantage else { return nil }
            return Node(
                old: tree.own(\.logprobs, node.tokens, of: rollout), advantage: advantage,
                weight: Double(node.leafCount), isFresh: isFresh(rollout))
        }
    }
}
