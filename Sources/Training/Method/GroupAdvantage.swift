import Jobs

/// How much better than its group each response to one prompt did:
///
///     A[i] = (R[i] - mean R) / (std R + 1e-6)
///
/// with the standard deviation over G - 1, or without the division. All are zero if the rewards are all equal: there is
/// nothing to learn from such a group.
///
/// - Parameter rewards: The rewards of one group's responses, finite.
/// - Returns: One advantage per response; their sum is 0 up to rounding.
///
/// Source: GRPO, arXiv:2402.03300, equation 3's advantages for outcome rewards; the epsilon and G - 1 are verl's. Without
/// the division they are those of Dr. GRPO, arXiv:2503.20783.
public func groupAdvantages(_ rewards: [Double], dividesByDeviation: Bool) -> [Double] {
    guard !areAlike(rewards) else { return rewards.map { _ in 0 } }
    let mean = rewards.reduce(0, +) / Double(rewards.count)
    let divisor = dividesByDeviation ? sampleDeviation(rewards) + deviationEpsilon : 1
    return rewards.map { ($0 - mean) / divisor }
}

/// How a job compares the responses of a group.
struct GroupComparison: Sendable {
    let rule: AdvantageRule
    let dividesByDeviation: Bool

    init(_ loss: LossSpecification) {
        rule = loss.advantage
        dividesByDeviation = loss.advantage == .groupMean && loss.advantageNormalisation == .std
    }

    func callAsFunction(_ rewards: [Double]) -> [Double] {
        rule == .leaveOneOut
            ? leaveOneOutAdvantages(rewards) : groupAdvantages(rewards, dividesByDeviation: dividesByDeviation)
    }
}
