public import Trees

/// How much each node of a rollout tree adds to the value of what it continues:
///
///     A(node) = V(node) - V(parent)
///
/// V is the mean reward of the rollouts below. Along a response the advantages add up to its reward less the mean of the
/// tree. Nodes count once, however many rollouts are below (`TreeRows.drawn`).
///
/// - Parameter rewards: The rewards of the tree's rollouts, finite.
/// - Returns: One advantage per node; the prompt's is 0.
///
/// Source: Segment Policy Optimization, arXiv:2505.23564, its tree (SPO-tree). Departures: segments are what lies between
/// the strategy's branch points where the paper cuts at fixed numbers of tokens; the tree's arms differ; no mask of tokens
/// by probability.
public func parentAdvantages(_ segments: TreeSegments, rewards: [Double]) -> [Double] {
    let values = segments.values(rewards)
    return segments.nodes.indices.map { node in segments.nodes[node].parent.map { values[node] - values[$0] } ?? 0 }
}
