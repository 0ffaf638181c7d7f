/// The least distance, in tokens, from the response's start and between branch points.
public enum MinimumGap: Hashable, Sendable {
    /// 512 tokens, or an eighth of the response if that is less. The method's code always uses 512, which no step of a
    /// short response satisfies, so that its choice then ignores attention.
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
    public var strategy = BranchStrategy.attention
    /// For `attention`: the quantile of influence that a candidate must reach. In [0, 1]; 0.8 is the method's.
    public var quantile = 0.8
    /// For `random` and `pivot`: the seed for drawing steps.
    public var seed: UInt64 = 0
    /// N: the number of branch points; must be at least 1.
    public var count = 2
    /// See `BranchStrategy.keepsGap`.
    public var minimumGap = MinimumGap.automatic
    /// Whether steps from the end of thinking on can be chosen.
    public var includesAfterThinking = false
    /// For `latr`.
    public var tie = NearTie()
    /// For `pivot`.
    public var pivot = PivotUtility()

    public init() {}

    func validate() throws(BranchError) {
        guard count >= 1 else {
            throw .invalidOption(field: "count", reason: "\(count) branch points. Ask for at least 1.")
        }
        if strategy.hasQuantile, !(0...1 ~= quantile) {
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
    /// The strategy reads something that was not provided.
    case missingInput(strategy: BranchStrategy, input: String)
    case wrongCount(input: String, expected: Int, actual: Int)
    case notANumber(input: String, index: Int)
    case invalidOption(field: String, reason: String)

    public var description: String {
        switch self {
        case .missingInput(let strategy, let input):
            "The strategy \(strategy.rawValue) reads \(input), which this response was not computed with."
        case .wrongCount(let input, let expected, let actual): "\(input): expected \(expected) values, got \(actual)."
        case .notANumber(let input, let index): "\(input): value \(index) is not a number."
        case .invalidOption(let field, let reason): "\(field): \(reason)"
        }
    }
}
