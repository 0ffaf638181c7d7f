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
    guard let first = rewards.first, rewards.contains(where: { $0 != first }) else {
        return rewards.map { _ in 0 }
    }
    let mean = rewards.reduce(0, +) / Double(rewards.count)
    let centred = rewards.map { $0 - mean }
    guard dividesByDeviation else { return centred }
    let variance = centred.reduce(0) { $0 + $1 * $1 } / Double(rewards.count - 1)
    return centred.map { $0 / (variance.squareRoot() + 1e-6) }
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
