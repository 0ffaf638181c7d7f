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
        /// The mean reward of the responses that are part of it.
        let value: Double
        /// Whether the weights that drew the tokens are those that the step begins with.
        var isFresh = true
    }

    let tree: TokenTree
    /// For each node of the tree; nil for nodes that are not learnt.
    private(set) var nodes: [Node?]
    /// The rows in which training row by row would learn the tokens: for each, its learnt nodes. A token counts once for
    /// every row that it is in.
    let rows: [[TokenTree.Index]]

    var isLearnt: Bool { nodes.contains { $0 != nil } }

    subscript(node: TokenTree.Index) -> Node? { nodes[node.number] }

    /// A group: each response continues the prompt.
    init(_ group: ResponseGroup) {
        var tree = TokenTree(group.prompt)
        for member in group.members { tree.add(member.tokens, to: 0) }
        self.tree = tree
        nodes =
            [nil] + group.members.map { Node(old: $0.old[...], advantage: $0.advantage, value: $0.reward) }
        rows = group.members.indices.map { [TokenTree.Index($0 + 1)] }
    }

    /// A rollout tree. What is not learnt, nor followed by anything that is, is left out of the computation.
    ///
    /// - Parameters:
    ///   - rewards: One per rollout.
    ///   - isFresh: Whether a rollout was drawn from the weights that the step begins with.
    init(
        _ tree: RolloutTree, _ segments: TreeSegments, _ credit: TreeCredit, rewards: [Double],
        isFresh: (_ rollout: Int) -> Bool
    ) {
        let values = segments.values(rewards)
        let nodes = segments.nodes.indices.map { index -> Node? in
            let node = segments.nodes[index]
            guard let rollout = node.rollout, let advantage = credit.advantages[index] else { return nil }
            return Node(
                old: tree.own(\.logprobs, node.tokens, of: rollout), advantage: advantage, value: values[index],
                isFresh: isFresh(rollout))
        }
        var isNeeded = nodes.map { $0 != nil }
        for index in nodes.indices.dropFirst().reversed() where isNeeded[index] {
            isNeeded[segments.nodes[index].parent!] = true
        }
        self.tree = tree.tokenTree(segments) { $0 == 0 || isNeeded[$0] }
        self.nodes = nodes
        rows = credit.rows.nodes(segments).map { $0.filter { nodes[$0] != nil }.map { TokenTree.Index($0) } }
            .filter { !$0.isEmpty }
    }
}
