import Policy
import Sampling

/// What passes found out about the tokens that a step learns from.
struct TokenFigures: Sendable {
    private(set) var logprobs: PerToken<Float>
    private(set) var entropies: PerToken<Float>
    private(set) var divergences: PerToken<Double>
    private(set) var isClipped: PerToken<Bool>
    /// The sum of all tokens' losses; not a number where a logit was not finite.
    private(set) var loss = 0.0
    private var counted = 0

    init(count: Int) {
        logprobs = PerToken(repeating: 0, count: count)
        entropies = PerToken(repeating: 0, count: count)
        divergences = PerToken(repeating: 0, count: count)
        isClipped = PerToken(repeating: false, count: count)
    }

    /// - Parameter learnt: For each row of the result, the token it is.
    mutating func add(_ result: TrainingResult, _ learnt: [LearntToken?]) {
        for (row, token) in learnt.enumerated() {
            guard let token, !result.logprobs[row].isNaN else { continue }
            logprobs[token] = result.logprobs[row]
            entropies[token] = result.entropies[row]
            divergences[token] = result.divergences[row]
            isClipped[token] = result.isClipped[row]
            counted += 1
        }
        loss += result.isFinite ? result.loss : .nan
    }

    /// Over the tokens that were computed, in nats.
    var meanEntropy: Double { entropies.values.reduce(0) { $0 + Double($1) } / Double(max(counted, 1)) }
}
