/// How branch points are chosen among the steps of a response.
public enum BranchStrategy: Hashable, Sendable {
    /// Steps whose influence reaches a quantile of all response steps' influence, earliest first.
    case attention(quantile: Double)
    /// The earliest steps after the first.
    case firstSteps
    /// Steps that start nearest to equal distances.
    case fixedSegment
    /// Steps that hold the tokens of highest entropy.
    case tokenEntropy
    /// Steps that hold the tokens of lowest probability.
    case lowProbability
    /// Steps of highest mean token entropy.
    case sentenceEntropy
    /// Steps drawn evenly; the same seed draws the same.
    case random(seed: UInt64)

    public var name: String {
        switch self {
        case .attention: "attention"
        case .firstSteps: "first_steps"
        case .fixedSegment: "fixed_segment"
        case .tokenEntropy: "token_entropy"
        case .lowProbability: "low_probability"
        case .sentenceEntropy: "sentence_entropy"
        case .random: "random"
        }
    }
}

/// Least distance in tokens from the response's start and between branch points.
public enum MinimumGap: Hashable, Sendable {
    /// 512 tokens, or an eighth of the response when that is less. The method's code uses 512 always, which no step of
    /// a short response satisfies, so that its choice ignores attention there.
    case automatic
    case tokens(Int)
    /// A share of the response's length, rounded down. In [0, 1].
    case fraction(Double)

    /// The gap in tokens for a response of a given length.
    public func tokens(responseLength: Int) -> Int {
        switch self {
        case .automatic: min(512, responseLength / 8)
        case .tokens(let count): count
        case .fraction(let share): Int(share * Double(responseLength))
        }
    }
}

public struct BranchOptions: Hashable, Sendable {
    public var strategy = BranchStrategy.attention(quantile: 0.8)
    /// N: branch points wanted, at least 1.
    public var count = 2
    /// Holds for every strategy that scores steps; `firstSteps` and `fixedSegment` say themselves where to go.
    public var minimumGap = MinimumGap.automatic
    /// Whether steps from the end of thinking on can be chosen.
    public var includesAfterThinking = false

    public init() {}

    func validate() throws(BranchError) {
        guard count >= 1 else {
            throw .invalidOption(field: "count", reason: "\(count) branch points. Ask for at least 1.")
        }
        if case .attention(let quantile) = strategy, !(0...1 ~= quantile) {
            throw .invalidOption(field: "quantile", reason: "\(quantile) is outside [0, 1].")
        }
        switch minimumGap {
        case .tokens(let count) where count < 0:
            throw .invalidOption(field: "minimumGap", reason: "\(count) tokens. Give at least 0.")
        case .fraction(let share) where !(0...1 ~= share):
            throw .invalidOption(field: "minimumGap", reason: "The fraction \(share) is outside [0, 1].")
        default: return
        }
    }
}

/// Why no branch points can be chosen.
public enum BranchError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The strategy reads something that was not given.
    case missingInput(strategy: String, input: String)
    case wrongCount(input: String, expected: Int, actual: Int)
    case notANumber(input: String, index: Int)
    case invalidOption(field: String, reason: String)

    public var description: String {
        switch self {
        case .missingInput(let strategy, let input):
            "The strategy \(strategy) reads \(input), which this response was not computed with."
        case .wrongCount(let input, let expected, let actual): "\(input): expected \(expected) values, got \(actual)."
        case .notANumber(let input, let index): "\(input): value \(index) is not a number."
        case .invalidOption(let field, let reason): "\(field): \(reason)"
        }
    }
}
