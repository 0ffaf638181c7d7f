/// How the tokens of a response are drawn.
///
/// Order of operations on the logits of one position: bias, repetition penalty, frequency and presence penalties,
/// masking of stop tokens until `minTokens` have been drawn, temperature, top-k, top-p, min-p, draw.
public struct SamplingParameters: Sendable, Hashable {
    /// Divides the logits; 0 takes the most probable token, the lowest id among equals.
    public var temperature: Float = 1
    /// Keeps the smallest set of most probable tokens whose probability reaches this. In (0, 1].
    public var topP: Float = 1
    /// Keeps this many most probable tokens; 0 keeps all.
    public var topK = 0
    /// Keeps tokens at least this fraction as probable as the best. In [0, 1].
    public var minP: Float = 0
    /// Divides positive and multiplies negative logits of tokens in prompt or response. Above 0.
    public var repetitionPenalty: Float = 1
    /// Subtracted from a token's logit for each time it has been drawn. In [-2, 2].
    public var frequencyPenalty: Float = 0
    /// Subtracted from the logits of tokens that have been drawn. In [-2, 2].
    public var presencePenalty: Float = 0
    /// Added to logits first.
    public var logitBias: [Int32: Float] = [:]
    /// The most tokens to draw.
    public var maxTokens = 256
    /// The first tokens, this many, cannot end the response: end-of-sequence and stop tokens are not drawn, and a stop
    /// text that is completed by one of them is ordinary text. One that begins in them and is completed later counts.
    public var minTokens = 0
    /// Texts that end the response and are not part of it.
    public var stopTexts: [String] = []
    /// Tokens that end the response, in addition to end-of-sequence tokens.
    public var stopTokens: Set<Int32> = []
    /// Whether to continue after end-of-sequence tokens.
    public var ignoresEndOfSequence = false
    /// Seed of the counter-based generator. Draw `position` of response `index` depends only on (seed, index,
    /// position).
    public var seed: UInt64 = 0

    public init() {}
}

/// Why no token can be drawn from a row of logits.
public enum SamplingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A logit is NaN or positive infinity: the policy's weights or the arithmetic went wrong.
    case notFinite
    /// Every logit is negative infinity: policy, bias and masked stop tokens together leave nothing.
    case nothingLeft

    public var description: String {
        switch self {
        case .notFinite: "A logit is not a number or infinite. The policy's weights are damaged or overflow."
        case .nothingLeft: "Every token is ruled out. Loosen logitBias or minTokens, or check the policy's weights."
        }
    }
}
