/// One weight tensor of a policy.
public enum WeightName: Sendable, Hashable {
    case embedding
    case layer(Int, LayerWeight)
    case finalNorm
    /// The output projection; absent in a policy with tied embeddings.
    case output

    /// The name in Hugging Face's files.
    public var huggingFaceName: String {
        switch self {
        case .embedding: "model.embed_tokens.weight"
        case .layer(let index, let weight): "model.layers.\(index).\(weight.rawValue)"
        case .finalNorm: "model.norm.weight"
        case .output: "lm_head.weight"
        }
    }
}

/// One weight tensor of a layer; raw values are the endings of Hugging Face's names.
public enum LayerWeight: String, Sendable, Hashable, CaseIterable {
    case inputNorm = "input_layernorm.weight"
    case queryWeight = "self_attn.q_proj.weight"
    case queryBias = "self_attn.q_proj.bias"
    case keyWeight = "self_attn.k_proj.weight"
    case keyBias = "self_attn.k_proj.bias"
    case valueWeight = "self_attn.v_proj.weight"
    case valueBias = "self_attn.v_proj.bias"
    case queryNorm = "self_attn.q_norm.weight"
    case keyNorm = "self_attn.k_norm.weight"
    case outputWeight = "self_attn.o_proj.weight"
    case outputBias = "self_attn.o_proj.bias"
    case postAttentionNorm = "post_attention_layernorm.weight"
    case gateWeight = "mlp.gate_proj.weight"
    case gateBias = "mlp.gate_proj.bias"
    case upWeight = "mlp.up_proj.weight"
    case upBias = "mlp.up_proj.bias"
    case downWeight = "mlp.down_proj.weight"
    case downBias = "mlp.down_proj.bias"
}

/// The configuration field that determines a dimension of a weight.
enum WeightDimension {
    case hidden, query, keyValue, head, feedForward, vocabulary

    func size(_ configuration: PolicyConfiguration) -> Int {
        switch self {
        case .hidden: configuration.hiddenSize
        case .query: configuration.queryWidth
        case .keyValue: configuration.keyValueWidth
        case .head: configuration.headSize
        case .feedForward: configuration.feedForwardSize
        case .vocabulary: configuration.vocabularySize
        }
    }

    /// What config.json would say if `size` were right.
    func agreement(with size: Int, _ configuration: PolicyConfiguration) -> String {
        switch self {
        case .hidden: "hidden_size \(size)"
        case .query: Self.heads("num_attention_heads", size, configuration)
        case .keyValue: Self.heads("num_key_value_heads", size, configuration)
        case .head: "head_dim \(size)"
        case .feedForward: "intermediate_size \(size)"
        case .vocabulary: "vocab_size \(size)"
        }
    }

    private static func heads(_ field: String, _ size: Int, _ configuration: PolicyConfiguration) -> String {
        let head = configuration.headSize
        return size.isMultiple(of: head) && size > 0
            ? "\(field) \(size / head) with head_dim \(head)" : "another \(field) or head_dim (\(head))"
    }
}

extension WeightName {
    /// The sizes of the tensor, outermost first; a matrix is [outputs, inputs].
    var dimensions: [WeightDimension] {
        switch self {
        case .embedding, .output: [.vocabulary, .hidden]
        case .finalNorm: [.hidden]
        case .layer(_, let weight): weight.dimensions
        }
    }
}

extension LayerWeight {
    fileprivate var dimensions: [WeightDimension] {
        switch self {
        case .inputNorm, .postAttentionNorm, .outputBias, .downBias: [.hidden]
        case .queryWeight: [.query, .hidden]
        case .queryBias: [.query]
        case .keyWeight, .valueWeight: [.keyValue, .hidden]
        case .keyBias, .valueBias: [.keyValue]
        case .queryNorm, .keyNorm: [.head]
        case .outputWeight: [.hidden, .query]
        case .gateWeight, .upWeight: [.feedForward, .hidden]
        case .gateBias, .upBias: [.feedForward]
        case .downWeight: [.hidden, .feedForward]
        }
    }

    /// Whether layers of this plan have the tensor.
    package func exists(in plan: LayerPlan) -> Bool {
        switch self {
        case .queryBias, .keyBias, .valueBias: plan.hasQueryKeyValueBias
        case .outputBias: plan.hasOutputBias
        case .gateBias, .upBias, .downBias: plan.hasFeedForwardBias
        case .queryNorm, .keyNorm: plan.normalisesHeads
        default: true
        }
    }
}
