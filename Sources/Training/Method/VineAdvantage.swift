public import Trees

/// How much each stretch of a first rollout changes what the policy can expect:
///
///     A(stretch) = V(where it ends) - V(where it begins),     V(the rollout's end) = its reward
///
/// The value of a branch point is the mean reward of the responses drawn afresh from there, to which the rollout itself does
/// not belong, so that values and what they judge are independent; that of the prompt is the mean of the other first rollouts.
/// The continuations are there for the values alone, and nothing of them is learnt.
///
/// - Parameter rewards: The rewards of the tree's rollouts, finite.
/// - Returns: One advantage per node; nil for the prompt, for continuations, and for what begins at the prompt where there
///   is no other first rollout.
///
/// Source: VinePPO, arXiv:2410.01679, whose K fresh continuations are `branching.continuations` here (its K is 9). Departure:
/// places are the strategy's branch points, of the rollouts that are branched, where the paper takes every step of every
/// rollout. No further continuations are drawn: those of a tree are fresh already.
public func vineAdvantages(_ tree: RolloutTree, _ segments: TreeSegments, rewards: [Double]) -> [Double?] {
    let places = Places(tree, rewards: rewards), first = places.prompt.rollouts
    let sum = first.reduce(0) { $0 + rewards[$1] }
    return segments.nodes.map { node in
        guard let rollout = node.rollout, tree.rollouts[rollout].fork == nil else { return nil }
        let end = places.place(in: rollout, at: node.tokens.upperBound)?.value ?? rewards[rollout]
        if let begin = places.place(in: rollout, at: node.tokens.lowerBound) { return end - begin.value }
        guard first.count > 1 else { return nil }
        return end - (sum - rewards[rollout]) / Double(first.count - 1)
    }
}
