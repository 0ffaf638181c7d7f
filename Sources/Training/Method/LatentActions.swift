/// What a decision before a step is worth, in nats: to think, z, or to act at once:
///
///     r(z) = log p(step | context, z) - c [z is a think]
///
/// - Parameters:
///   - stepLogprob: The sum of the step's tokens' log-probabilities, behind the think if there is one.
///   - penalty: c, at least 0.
///
/// Source: RA3, "Reasoning as Action Abstractions" (arXiv:2509.25810): the reward per step of its E-step, with c 0.05 in
/// place of the divergence from the prior.
public func latentReward(stepLogprob: Double, isThink: Bool, penalty: Double) -> Double {
    stepLogprob - (isThink ? penalty : 0)
}

/// How much better each decision of a group is than the group, all drawn at the same place:
///
///     A[i] = r[i] - mean r
///
/// All are 0 if a reward is not finite.
///
/// Departures from RA3: its groups are of whole traces; here every place has a group of its own, so that a decision is
/// compared with others in its very context. Acts have no tokens, so only thinks are learnt: as advantages add up to 0,
/// leaving acts out scales the gradient of the choice between the two by 1 - p(think) and does not turn it.
public func latentAdvantages(_ rewards: [Double]) -> [Double] {
    guard rewards.allSatisfy(\.isFinite) else { return rewards.map { _ in 0 } }
    return groupAdvantages(rewards, dividesByDeviation: false)
}

/// How much a think counts in what is learnt, where a share e of the decisions is forced to think:
///
///     w = p / (e + (1 - e) p)
///
/// p being the policy's probability of thinking: that of the think under the policy over that of drawing it, where
/// decisions are drawn from the policy as it is, at temperature 1. 1 without exploration. Without it, thinks of a policy that never thinks would be unlearnt without end, and the policy with them.
public func latentWeight(thinkProbability: Double, explore: Double) -> Double {
    guard explore > 0 else { return 1 }
    return thinkProbability / (explore + (1 - explore) * thinkProbability)
}

/// With what probability each decision of a group is the one that goes on:
///
///     w[i] = exp(r[i]) / sum over j of exp(r[j])
///
/// This is the posterior of z given the step, if the group is taken for the prior. The first has 1 if no reward is finite.
///
/// Departure from RA3, which draws from the policy that its E-step has trained: the group's posterior is what that
/// training aims at, and is there from the first step on.
///
/// - Parameter rewards: At least one.
public func latentPosterior(_ rewards: [Double]) -> [Double] {
    softmax(rewards)
}
