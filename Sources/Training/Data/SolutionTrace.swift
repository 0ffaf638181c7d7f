import Influence
import Rollouts
import Tokenizing

/// A given response, cut into steps.
struct SolutionTrace: Sendable {
    let prompt: [Int32]
    /// Each has a token at least.
    let steps: [[Int32]]

    /// - Parameters:
    ///   - response: With the token that ends it.
    ///   - separator: Where steps end; nil for blank lines or, without any, newlines.
    init(prompt: [Int32], response: [Int32], separator: StepSeparator?, _ policy: PolicyInfo) {
        self.prompt = prompt
        let texts = policy.tokenizer.texts
        let segmentation = StepSegmentation(
            promptLength: prompt.count, responseTokens: response.map { texts.bytes(of: $0) }, separator: separator)
        steps = segmentation.ranges.dropFirst().map { range in
            Array(response[range.lowerBound - prompt.count..<range.upperBound - prompt.count])
        }
    }

    /// The number of tokens from a step on.
    func tokenCount(from step: Int) -> Int { steps[step...].reduce(0) { $0 + $1.count } }
}
