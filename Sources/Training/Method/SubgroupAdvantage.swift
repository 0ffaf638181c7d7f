public import Trees

#if canImport(Glibc)
import Glibc
#endif

/// How much better each rollout of a tree did than the groups that it is part of:
///
///     A(i) = 1 / J  sum over its groups j = 1...J of (R[i] - mean of R over group j)
///
/// The groups of a rollout are the rollouts below each node above its leaf: the whole tree, those that share its first
/// stretch, and so on. A group of one rollout says nothing and is left out; one whose rewards are all alike counts, as 0. A
/// token that several rollouts share has the mean of theirs.
///
/// What is learnt is this divided by the deviation over all rollouts of a step; see `globalDeviation`.
///
/// - Parameter rewards: The rewards of the tree's rollouts, finite.
/// - Returns: One advantage per node; the prompt's is 0.
///
/// Source: TreePO, arXiv:2508.17445: the plain mean over groups, and groups all alike kept, both of which it found better
/// than the alternatives. Departures: a shared token is learnt once, with the mean advantage of its rows, which is the sum
/// of their gradients where no ratio is clipped; the released code's whitening also takes off the mean over the step's
/// tokens.
public func subgroupAdvantages(_ segments: TreeSegments, rewards: [Double]) -> [Double] {
    let nodes = segments.nodes, values = segments.values(rewards)
    var sums = [Double](repeating: 0, count: nodes.count)
    for (leaf, reward) in zip(segments.leaves, rewards) {
        var groups = 0, sum = 0.0, above = nodes[leaf].parent
        while let node = above {
            // A stretch that no branch divides from its parent's is the same group once more.
            let isOwn = nodes[node].parent.map { nodes[$0].leafCount > nodes[node].leafCount } ?? true
            if isOwn, nodes[node].leafCount > 1 {
                groups += 1
                sum += reward - values[node]
            }
            above = nodes[node].parent
        }
        sums[leaf] = groups > 0 ? sum / Double(groups) : 0
    }
    for node in nodes.indices.dropFirst().reversed() { sums[nodes[node].parent!] += sums[node] }
    return nodes.indices.map { $0 == 0 ? 0 : sums[$0] / Double(nodes[$0].leafCount) }
}

/// The deviation of the advantages of rollouts, of all trees of a step:
///
///     sqrt(mean of (A - mean A)^2) + 1e-8
///
/// - Parameter trees: For each, the advantage of every rollout.
func globalDeviation(_ trees: [[Double]]) -> Double {
    let all = trees.flatMap(\.self), count = Double(max(all.count, 1))
    let mean = all.reduce(0, +) / count
    return (all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot() + 1e-8
}
