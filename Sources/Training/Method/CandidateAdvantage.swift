public import Trees

/// How much better each node of a rollout tree is than the others that continue the same place:
///
///     A(node) = V(node) - mean over the parent's children c of V(c)
///
/// V is the mean reward of the rollouts below, or what a critic says. A child counts once, however many rollouts it has: it is
/// one of the candidates drawn there.
///
/// - Parameters:
///   - values: V of each node, finite.
///   - minGap: Places whose best and worst candidates are less apart are left out.
/// - Returns: One advantage per node; nil for the prompt, and for nodes of places that are left out, as are those with one
///   candidate.
///
/// Source: Direct Advantage Policy Optimization (arXiv:2412.18279), whose values come from a critic (`BranchCritic`); its gap is
/// 0.1.
public func candidateAdvantages(_ segments: TreeSegments, values: [Double], minGap: Double) -> [Double?] {
    let nodes = segments.nodes
    var advantages = [Double?](repeating: nil, count: nodes.count)
    let places = Dictionary(grouping: nodes.indices.filter { nodes[$0].parent != nil }) { nodes[$0].parent! }
    for candidates in places.values where candidates.count > 1 {
        let worth = candidates.map { values[$0] }, mean = worth.reduce(0, +) / Double(worth.count)
        guard let best = worth.max(), let worst = worth.min(), best > worst, best - worst >= minGap else { continue }
        for node in candidates { advantages[node] = values[node] - mean }
    }
    return advantages
}
