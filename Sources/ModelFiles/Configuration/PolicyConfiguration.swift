/// The shape of a decoder-only transformer, as given by its `config.json`.
public struct PolicyConfiguration: Sendable, Hashable {
    public enum Family: String, Sendable, CaseIterable {
        case qwen2, qwen3, llama, mistral
    }

    /// How rotary frequencies are changed for contexts longer than those trained on.
    public enum RotaryScaling: Sendable, Hashable {
        case none
        /// Positions divided by `factor`.
        case linear(factor: Double)
        /// Low frequencies divided by `factor`, high ones kept, a blend in between (Llama 3.1).
        case llama3(factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double, originalContext: Int)
        /// Interpolation by parts with an attention factor (arXiv:2309.00071).
        case yarn(factor: Double, originalContext: Int, betaFast: Double, betaSlow: Double, attentionFactor: Double?)
    }

    public var family: Family
    /// C: model width.
    public var hiddenSize: Int
    /// L.
    public var layerCount: Int
    /// H: query heads.
    public var headCount: Int
    /// G: key-value heads; divides H.
    public var keyValueHeadCount: Int
    /// D: width of one head, even.
    public var headSize: Int
    /// F.
    public var feedForwardSize: Int
    /// V.
    public var vocabularySize: Int
    /// The most tokens that prompt and response may have together.
    public var contextLength: Int
    /// Epsilon of RMS normalisation.
    public var normEpsilon: Float
    public var rotaryTheta: Double
    public var rotaryScaling: RotaryScaling
    /// Whether the output projection is the embedding table.
    public var tiesEmbeddings: Bool
    /// Whether the query, key and value projections have a bias.
    public var hasQKVBias: Bool
    /// Whether the attention output projection has a bias (Llama with `attention_bias`).
    public var hasOutputBias: Bool
    /// Whether the feed-forward projections have a bias (Llama with `mlp_bias`).
    public var hasFeedForwardBias: Bool
    /// Whether each query and key head has RMS normalisation (Qwen3).
    public var hasQKNorm: Bool
    public var beginningOfSequence: Int32?
    /// The end-of-sequence tokens of config.json or, if it has no such field, those transformers assumes for the
    /// family.
    public var endOfSequence: [Int32]
    /// Whether config.json has no such field.
    public var assumesEndOfSequence = false
    /// The end-of-sequence tokens of generation_config.json.
    public var generationEndOfSequence: [Int32] = []
    /// Whether the weights are still random, with no training yet (`attnrl_untrained` in config.json).
    public var isUntrained = false

    /// Standard deviation of freshly drawn matrices: `initializer_range` of config.json.
    package static let initializerRange = 0.02

    /// H / G: query heads that share one key-value head.
    public var groupSize: Int { headCount / keyValueHeadCount }
    /// H * D.
    public var queryWidth: Int { headCount * headSize }
    /// G * D.
    public var keyValueWidth: Int { keyValueHeadCount * headSize }
    /// H * D + 2 * G * D: queries, keys and values side by side.
    package var projectedWidth: Int { queryWidth + 2 * keyValueWidth }
}
