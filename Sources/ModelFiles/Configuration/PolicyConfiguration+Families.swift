/// What distinguishes one family's files from another's: the defaults assumed by transformers, the available fields,
/// and the parts of layers. What is computed follows from the configuration, which knows no families.
struct FamilyTraits {
    /// Whether a family's layers have a part.
    enum Presence: Equatable {
        case never, always
        /// If this field of config.json says so; false if absent.
        case field(String)
    }

    /// What a family's files say about attention windows. None is computed.
    enum Window {
        case never
        /// If `use_sliding_window` switches it on, from layer `max_window_layers` on.
        case switched
        /// In every layer, unless `sliding_window` is null.
        case everywhere
    }

    /// The name in `architectures`.
    let architecture: String
    /// The default of `max_position_embeddings`.
    var context = 32768
    var beginnings: [Int32] = []
    var ends: [Int32] = []
    /// The default of `num_key_value_heads`; nil for as many as query heads.
    var keyValueHeads: Int?
    /// The default of `head_dim`; nil for C / H.
    var headSize: Int?
    var queryKeyValueBias = Presence.never
    var outputBias = Presence.never
    var feedForwardBias = Presence.never
    /// Whether each query and key head is normalised.
    var normalisesHeads = false
    var window = Window.never
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
        }
    }
}
