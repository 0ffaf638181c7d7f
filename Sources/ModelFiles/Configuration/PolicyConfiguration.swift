/// The shape of a decoder-only transformer, as given by its `config.json`.
public struct PolicyConfiguration: Sendable, Hashable {
    public enum Family: String, Sendable, CaseIterable {
        case qwen2, qwen3, llama, mistral, smollm3, olmo2, phi3
        case gemma3 = "gemma3_text"
        case qwen3MoE = "qwen3_moe"
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
        /// Every frequency divided by a number of its own: `long` if the context is longer than the original one,
        /// otherwise `short` (LongRoPE, arXiv:2402.13753).
        case longRope(short: [Double], long: [Double], originalContext: Int, attentionFactor: Double?)
    }

    /// Where a layer normalises the residual stream.
    public enum NormPlacement: Sendable, Hashable {
        /// What attention and feed-forward read.
        case before
        /// What they add (OLMo 2).
        case after
        /// Both (Gemma 3).
        case around
    }

    /// The function of the gate in the feed-forward.
    public enum Activation: String, Sendable, Hashable {
        case silu
        /// The approximation with tanh.
        case geluTanh = "gelu_pytorch_tanh"
    }

    /// Attention that is limited, in some layers, to the latest tokens.
    public struct AttentionWindow: Sendable, Hashable {
        /// The most tokens that one attends to, itself among them.
        public var size: Int
        /// The layers that have it.
        public var layers: Set<Int>
    }

    /// Feed-forwards of which a token goes through a few (mixture of experts).
    public struct Experts: Sendable, Hashable {
        /// E: experts of a layer.
        public var count: Int
        /// K: those a token goes through.
        public var perToken: Int
        /// F of one expert.
        public var feedForwardSize: Int
        /// Whether the weights of a token's experts are divided by their sum.
        public var normalisesWeights: Bool
        /// The layers that have experts; others have one feed-forward.
        public var layers: Set<Int>
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
    /// Whether queries and keys have RMS normalisation before rotation, each head by itself (Qwen3).
    public var hasQKNorm: Bool
    /// Whether it goes over all heads of a token together (OLMo 2).
    public var normalisesHeadsTogether = false
    public var normPlacement = NormPlacement.before
    /// Whether the gain of a norm is its weight plus 1 (Gemma 3).
    public var normGainsAddOne = false
    /// The latest tokens that some layers attend to; nil if all layers attend to all.
    public var window: AttentionWindow?
    /// The numbers of a head that are rotated, from its first on, even; nil for all.
    public var rotatedSize: Int?
    /// The layers whose queries and keys are not rotated (SmolLM3).
    public var unrotatedLayers: Set<Int> = []
    /// The rotary base of layers with a window, without scaling (Gemma 3); nil if it is that of the others.
    public var windowRotaryTheta: Double?
    /// Scores are divided by the square root of this (Gemma 3); nil for D.
    public var attentionScalar: Double?
    public var activation = Activation.silu
    /// Whether embeddings are multiplied by sqrt(C) (Gemma 3).
    public var scalesEmbeddings = false
    /// Whether queries, keys and values, and gate and up, are one tensor each (Phi-3).
    public var fusesProjections = false
    public var experts: Experts?
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
