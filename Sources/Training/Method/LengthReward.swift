import Jobs
import Rewards

/// What the length of a response takes off its reward:
///
///     f max(0, min(1, (n - (L - b)) / b))            in the last b tokens before the limit L (soft overlong penalty)
///     + penalty n / L                                of right responses alone
///
/// n counts the whole response, in trees with what it keeps of another; one that was cut has n = L. Without a buffer b
/// the first is 0. Responses that came with a reward are left as they are.
///
/// Sources: DAPO, arXiv:2503.14476, equation 13, for the first: buffer 4,096 of 20,480 tokens and f = 1 there. The second is
/// ours: linear, so that it is the same whatever else was drawn, and for right responses alone, so that a wrong one gains
/// nothing by giving up early.
struct LengthReward: Sendable {
    private let length: LengthRewardSpecification
    /// L
    private let limit: Int

    init(_ specification: JobSpecification) {
        length = specification.reward.length
        limit = specification.rollout.maxTokens
    }

    /// What is taken off.
    ///
    /// - Parameter tokens: n
    func cost(tokens: Int, isCorrect: Bool) -> Double {
        let overlong = length.overlongBuffer.map { buffer in
            length.overlongFactor * min(max(Double(tokens - (limit - buffer)) / Double(buffer), 0), 1)
        }
        return (overlong ?? 0) + (isCorrect ? length.penalty * min(Double(tokens) / Double(limit), 1) : 0)
    }

    /// A response's grade less what its length costs.
    func shaped(_ grade: Judge.Answer, tokens: Int) -> Judge.Answer {
        guard var grade else { return nil }
        grade.score -= cost(tokens: tokens, isCorrect: grade.verdict == .correct)
        return grade
    }

    /// The mean of what is taken off responses, as a metric; nil if length costs nothing, or there are none.
    func meanCost(_ responses: [(tokens: Int, verdict: String?)]) -> Double? {
        guard length.overlongBuffer != nil || length.penalty > 0 else { return nil }
        return responses.mean { cost(tokens: $0.tokens, isCorrect: $0.verdict == Verdict.correct.rawValue) }
    }
}
