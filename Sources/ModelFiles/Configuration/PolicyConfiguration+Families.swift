/// What distinguishes one family's files from another's: the defaults assumed by transformers, the available fields,
/// and the parts of layers. What is computed follows from the configuration, which knows no families.
struct FamilyTraits {
    /// Whether a family's layers have a part.
    enum Presence: Equatable {
        case never, always
        /// If this field of config.json says so; false if absent.
        case field(String)
    }

    /// What a family's files say about attention windows. Except where all layers have one, `layer_types` can say which
    /// do.
    enum Window: Equatable {
        case never
        /// If `use_sliding_window` switches it on, from layer `max_window_layers` on.
        case switched
        /// If `use_sliding_window` switches it on, in every layer.
        case switchedEverywhere
        /// If `use_sliding_window` switches it on, in layers that are not rotated.
        case switchedUnrotated
        /// In every layer, unless `sliding_window` is null.
        case everywhere
        /// In all layers but every `sliding_window_pattern`th.
        case alternating
    }

    /// The name in `architectures`.
    let architecture: String
    /// The default of `max_position_embeddings`.
    var context = 32768
    var beginnings: [Int32] = []
    var ends: [Int32] = []
    /// Whether transformers assumes a padding token, which a small vocabulary does not have.
    var assumesPadding = false
    /// The defaults of `num_attention_heads` and `vocab_size`, if files rely on them.
    var heads: Int?
    var vocabulary: Int?
    /// The default of `num_key_value_heads`; nil for as many as query heads.
    var keyValueHeads: Int?
    /// The default of `head_dim`; nil for C / H.
    var headSize: Int?
    /// The default of `rms_norm_eps`.
    var epsilon: Float = 1e-6
    /// The default of `rope_theta`.
    var theta: Double = 10_000
    /// The default of `rope_local_base_freq`, the base of layers with a window; nil if all layers have one base.
    var windowTheta: Double?
    var tiesEmbeddings = false
    var queryKeyValueBias = Presence.never
    var outputBias = Presence.never
    var feedForwardBias = Presence.never
    /// Whether each query and key head is normalised, or all of a token together.
    var normalisesHeads = false
    var normalisesHeadsTogether = false
    var normPlacement = PolicyConfiguration.NormPlacement.before
    var normGainsAddOne = false
    var window = Window.never
    /// The default of `sliding_window`; nil for none.
    var windowSize: Int? = 4096
    /// Whether `no_rope_layers` and `no_rope_layer_interval` say which layers are not rotated.
    var leavesOutRotation = false
    /// Whether `partial_rotary_factor` counts, and `original_max_position_embeddings` beside `rope_scaling`, whose only
    /// kind is LongRoPE.
    var rotatesPart = false
    /// The field of the gate's function, and its default.
    var activation = (field: "hidden_act", default: PolicyConfiguration.Activation.silu)
    /// The default of `query_pre_attn_scalar`; nil if D counts.
    var attentionScalar: Double?
    var scalesEmbeddings = false
    var fusesProjections = false
    var hasExperts = false
}

extension PolicyConfiguration.Family {
    var traits: FamilyTraits {
        switch self {
        case .qwen2: FamilyTraits(architecture: "Qwen2ForCausalLM", queryKeyValueBias: .always, window: .switched)
        case .qwen3:
            FamilyTraits(
                architecture: "Qwen3ForCausalLM", headSize: 128, queryKeyValueBias: .field("attention_bias"),
                outputBias: .field("attention_bias"), normalisesHeads: true, window: .switched)
        case .llama:
            FamilyTraits(
                architecture: "LlamaForCausalLM", context: 2048, beginnings: [1], ends: [2],
                queryKeyValueBias: .field("attention_bias"), outputBias: .field("attention_bias"),
                feedForwardBias: .field("mlp_bias"))
        case .mistral:
            FamilyTraits(
                architecture: "MistralForCausalLM", context: 131_072, beginnings: [1], ends: [2], keyValueHeads: 8,
                window: .everywhere)
        case .smollm3:
            FamilyTraits(
                architecture: "SmolLM3ForCausalLM", beginnings: [128_000], ends: [128_001], assumesPadding: true,
                keyValueHeads: 4,
                theta: 2_000_000, tiesEmbeddings: true, queryKeyValueBias: .field("attention_bias"),
                outputBias: .field("attention_bias"), feedForwardBias: .field("mlp_bias"), window: .switchedUnrotated,
                windowSize: nil, leavesOutRotation: true)
        case .olmo2:
            FamilyTraits(
                architecture: "Olmo2ForCausalLM", context: 2048, ends: [50279], assumesPadding: true, epsilon: 1e-5,
                queryKeyValueBias: .field("attention_bias"), outputBias: .field("attention_bias"),
                normalisesHeads: true, normalisesHeadsTogether: true, normPlacement: .after)
        case .phi3:
            FamilyTraits(
                architecture: "Phi3ForCausalLM", context: 4096, beginnings: [1], ends: [32000], assumesPadding: true,
                epsilon: 1e-5,
                window: .everywhere, windowSize: nil, rotatesPart: true, fusesProjections: true)
        case .gemma3:
            FamilyTraits(
                architecture: "Gemma3ForCausalLM", context: 131_072, beginnings: [2], ends: [1], assumesPadding: true,
                heads: 8, vocabulary: 262_208, keyValueHeads: 4, headSize: 256, theta: 1_000_000, windowTheta: 10_000,
                tiesEmbeddings: true,
                queryKeyValueBias: .field("attention_bias"), outputBias: .field("attention_bias"),
                normalisesHeads: true, normPlacement: .around, normGainsAddOne: true, window: .alternating,
                activation: ("hidden_activation", .geluTanh), attentionScalar: 256, scalesEmbeddings: true)
        case .qwen3MoE:
            FamilyTraits(
                architecture: "Qwen3MoeForCausalLM", keyValueHeads: 4, queryKeyValueBias: .field("attention_bias"),
                outputBias: .field("attention_bias"), normalisesHeads: true, window: .switchedEverywhere,
                hasExperts: true)
        }
    }
}
