import Policy
import Sampling

/// The results of passes for the tokens that a step trains on.
struct TokenFigures: Sendable {
    private(set) var logprobs: PerToken<Float>
    private(set) var entropies: PerToken<Float>
    private(set) var divergences: PerToken<Double>
    private(set) var isClipped: PerToken<Bool>
    /// The sum of all tokens' losses; NaN if a logit was not finite.
    private(set) var loss = 0.0
    private var counted = 0

    init(count: Int) {
        logprobs = PerToken(repeating: 0, count: count)
        entropies = PerToken(repeating: 0, count: count)
        divergences = PerToken(repeating: 0, count: count)
        isClipped = PerToken(repeating: false, count: count)
    }

    /// - Parameter learnt: The token of each row of the result.
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

    /// The mean over the computed tokens, in nats.
    var meanEntropy: Double { entropies.values.reduce(0) { $0 + Double($1) } / Double(max(counted, 1)) }
}
