import Policy
import Sampling

/// What passes found out about tokens, by place.
struct TokenFigures: Sendable {
    private(set) var logprobs: [Float]
    private(set) var entropies: [Float]
    private(set) var divergences: [Double]
    private(set) var isClipped: [Bool]
    /// The sum of all tokens' losses; not a number where a logit was not finite.
    private(set) var loss = 0.0
    private var counted = 0

    init(count: Int) {
        logprobs = Array(repeating: 0, count: count)
        entropies = Array(repeating: 0, count: count)
        divergences = Array(repeating: 0, count: count)
        isClipped = Array(repeating: false, count: count)
    }

    /// - Parameter places: For each row of the result, the place it belongs to.
    mutating func add(_ result: TrainingResult, _ places: [Int?]) {
        for (row, place) in places.enumerated() {
            guard let place, !result.logprobs[row].isNaN else { continue }
            logprobs[place] = result.logprobs[row]
            entropies[place] = result.entropies[row]
            divergences[place] = result.divergences[row]
            isClipped[place] = result.isClipped[row]
            counted += 1
        }
        loss += result.isFinite ? result.loss : .nan
    }

    /// Over the tokens that were computed, in nats.
    var meanEntropy: Double { entropies.reduce(0) { $0 + Double($1) } / Double(max(counted, 1)) }
}
