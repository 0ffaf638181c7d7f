/// One weight tensor of a policy.
public enum WeightName: Sendable, Hashable {
    case embedding
    case layer(Int, LayerWeight)
    /// Of one expert of a layer.
    case expert(layer: Int, Int, ExpertWeight)
    case finalNorm
    /// The output projection; absent in a policy with tied embeddings.
    case output

    /// The name in Hugging Face's files.
    public var huggingFaceName: String {
        switch self {
        case .embedding: "model.embed_tokens.weight"
        case .layer(let index, let weight): "model.layers.\(index).\(weight.rawValue)"
        case .expert(let layer, let index, let weight): "model.layers.\(layer).mlp.experts.\(index).\(weight.rawValue)"
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
    /// Queries, keys and values, one below the other.
    case queryKeyValueWeight = "self_attn.qkv_proj.weight"
    /// Gate and up, one below the other.
    case gateUpWeight = "mlp.gate_up_proj.weight"
    case preFeedForwardNorm = "pre_feedforward_layernorm.weight"
    case postFeedForwardNorm = "post_feedforward_layernorm.weight"
    /// A row for each expert.
    case routerWeight = "mlp.gate.weight"
}

/// One weight tensor of an expert; raw values are the endings of Hugging Face's names.
public enum ExpertWeight: String, Sendable, Hashable, CaseIterable {
    case gateWeight = "gate_proj.weight"
    case upWeight = "up_proj.weight"
    case downWeight = "down_proj.weight"
}

/// The configuration field that determines a dimension of a weight.
enum WeightDimension {
    case hidden, query, keyValue, queryNorm, keyNorm, projected, feedForward, gateUp, vocabulary
    case experts, expertFeedForward

    func size(_ configuration: PolicyConfiguration) -> Int {
        switch self {
        case .hidden: configuration.hiddenSize
        case .query: configuration.queryWidth
        case .keyValue: configuration.keyValueWidth
        case .queryNorm: configuration.normalisesHeadsTogether ? configuration.queryWidth : configuration.headSize
        case .keyNorm: configuration.normalisesHeadsTogether ? configuration.keyValueWidth : configuration.headSize
        case .projected: configuration.projectedWidth
        case .feedForward: configuration.feedForwardSize
        case .gateUp: 2 * configuration.feedForwardSize
        case .experts: configuration.experts?.count ?? 0
        case .expertFeedForward: configuration.experts?.feedForwardSize ?? 0
        case .vocabulary: configuration.vocabularySize
        }
    }

    /// What config.json would say if `size` were right.
    func agreement(with size: Int, _ configuration: PolicyConfiguration) -> String {
        switch self {
        case .hidden: "hidden_size \(size)"
        case .query: Self.heads("num_attention_heads", size, configuration)
        case .keyValue: Self.heads("num_key_value_heads", size, configuration)
        case .queryNorm, .keyNorm:
            configuration.normalisesHeadsTogether ? "other numbers of heads" : "head_dim \(size)"
        case .projected: "other numbers of heads, or another head_dim (\(configuration.headSize))"
        case .feedForward: "intermediate_size \(size)"
        case .gateUp: "intermediate_size \(size / 2)"
        case .experts: "num_experts \(size)"
        case .expertFeedForward: "moe_intermediate_size \(size)"
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
        case .expert(_, _, .downWeight): [.hidden, .expertFeedForward]
        case .expert: [.expertFeedForward, .hidden]
        }
    }
}

extension LayerWeight {
    fileprivate var dimensions: [WeightDimension] {
        switch self {
        case .inputNorm, .postAttentionNorm, .preFeedForwardNorm, .postFeedForwardNorm, .outputBias, .downBias:
            [.hidden]
        case .queryWeight: [.query, .hidden]
        case .queryBias: [.query]
        case .keyWeight, .valueWeight: [.keyValue, .hidden]
        case .keyBias, .valueBias: [.keyValue]
        case .queryNorm: [.queryNorm]
        case .keyNorm: [.keyNorm]
        case .queryKeyValueWeight: [.projected, .hidden]
        case .gateUpWeight: [.gateUp, .hidden]
        case .routerWeight: [.experts, .hidden]
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
        case .gateBias, .upBias, .downBias: plan.hasFeedForwardBias && plan.experts == nil
        case .queryNorm, .keyNorm: plan.queryKeyNorm != .none
        case .inputNorm, .postAttentionNorm, .preFeedForwardNorm, .postFeedForwardNorm: plan.norms.all.contains(self)
        case .queryWeight, .keyWeight, .valueWeight: !plan.fusesProjections
        case .queryKeyValueWeight: plan.fusesProjections
        case .gateWeight, .upWeight: !plan.fusesProjections && plan.experts == nil
        case .gateUpWeight: plan.fusesProjections && plan.experts == nil
        case .downWeight: plan.experts == nil
        case .routerWeight: plan.experts != nil
        case .outputWeight: true
        }
    }
}
