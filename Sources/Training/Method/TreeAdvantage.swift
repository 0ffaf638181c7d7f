public import Trees

#if canImport(Glibc)
import Glibc
#endif

/// How much better each node of a rollout tree did than its prompt and its parent:
///
///     A(node) = ((V(node) - V(root)) + (V(node) - V(parent))) / sqrt(|L(node)|)
///
/// V is the mean reward of the rollouts below, |L| their number. Every token of a node gets the node's advantage; there
/// is no division by a deviation. If all rewards are equal, every advantage is 0.
///
/// - Parameter rewards: The rewards of the tree's rollouts, finite.
/// - Returns: One advantage per node; the prompt's is 0.
///
/// Source: arXiv:2509.26628, equation 8's tree advantage, which is TreeRL's (arXiv:2506.11902).
public func treeAdvantages(_ segments: TreeSegments, rewards: [Double]) -> [Double] {
    guard !areAlike(rewards) else { return segments.nodes.map { _ in 0 } }
    let values = segments.values(rewards)
    return segments.nodes.indices.map { node in
        guard let parent = segments.nodes[node].parent else { return 0 }
        let gain = (values[node] - values[0]) + (values[node] - values[parent])
        return gain / Double(segments.nodes[node].leafCount).squareRoot()
    }
}
