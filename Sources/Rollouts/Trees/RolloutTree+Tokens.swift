public import Policy
import Sampling
public import Trees

extension RolloutTree.Rollout {
    /// Creates a rollout from drawn tokens, with the details requested.
    public init(_ output: TokenOutput, version: Int, isComplete: Bool, reward: Double? = nil) {
        self.init(
            tokens: output.ids, logprobs: output.logprobs, entropies: output.entropies, version: version,
            isComplete: isComplete, reward: reward)
        if !output.top.isEmpty, output.top.allSatisfy({ $0.count > 1 }) {
            leaders = RolloutTree.Leaders(
                first: output.top.map { $0[0].logprob }, second: output.top.map { $0[1].logprob })
        }
    }
}

extension RolloutTree {
    /// The same nodes with their tokens, for a training pass. Node i is segment i.
    ///
    /// - Parameter isNeeded: Whether a node has its tokens; one that has not is empty, and so must be all below it.
    public func tokenTree(_ segments: TreeSegments, isNeeded: (_ node: Int) -> Bool = { _ in true }) -> TokenTree {
        var tree = TokenTree(prompt)
        for (index, node) in segments.nodes.enumerated().dropFirst() {
            tree.add(
                isNeeded(index) ? node.rollout.map { Array(own(\.tokens, node.tokens, of: $0)) } ?? [] : [],
                to: node.parent.map { TokenTree.Index($0) })
        }
        return tree
    }
}
