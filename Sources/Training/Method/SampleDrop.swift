#if canImport(Glibc)
import Glibc
#endif

/// How sure the policy was of a response: 1 + the mean over its tokens of exp(c) c, c being the probability of the token
/// that was drawn.
///
/// Between 1 and 1 + e, and greatest where every token was certain. 1 for a response without tokens.
///
/// Source: the code that follows ESRL (arXiv:2308.02223), which calls it entropy; its c is the probability of the most
/// probable token. Departure: c is that of the drawn token, which samplers report anyway.
public func confidenceScore(_ logprobs: some Collection<Float>) -> Double {
    guard !logprobs.isEmpty else { return 1 }
    let sum = logprobs.reduce(0.0) { sum, logprob in
        let probability = exp(Double(logprob))
        return sum + exp(probability) * probability
    }
    return 1 + sum / Double(logprobs.count)
}

/// The responses that are left out of an update: the share of them with the highest scores, rounded down. Of equal
/// scores the later response is left out first.
///
/// Source: the code that follows ESRL (arXiv:2308.02223), with a share of 0.3.
public func droppedResponses(_ scores: [Double], share: Double) -> Set<Int> {
    let count = Int((Double(scores.count) * share).rounded(.down))
    let byScore = scores.indices.sorted { (scores[$0], $0) > (scores[$1], $1) }
    return Set(byScore.prefix(count))
}
