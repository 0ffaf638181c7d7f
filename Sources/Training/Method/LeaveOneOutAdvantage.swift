/// How much better than the others of its group each response to one prompt did:
///
///     A[i] = R[i] - mean over j != i of R[j] = G / (G - 1) (R[i] - mean R)
///
/// The baseline does not depend on the response itself, so the gradient is unbiased. All are zero if the rewards are all
/// equal, or there is only one.
///
/// - Parameter rewards: The rewards of one group's responses, finite.
/// - Returns: One advantage per response; their sum is 0 up to rounding.
///
/// Source: RLOO, arXiv:2402.14740, equation 8. Departures: the loss around it is that of `loss.kind` where the paper has
/// plain REINFORCE, which is `importance_sampling` before a step's first update; the divergence is a part of the loss
/// where the paper takes it off the reward.
public func leaveOneOutAdvantages(_ rewards: [Double]) -> [Double] {
    let count = Double(rewards.count)
    return groupAdvantages(rewards, dividesByDeviation: false).map { $0 == 0 ? 0 : $0 * count / (count - 1) }
}
