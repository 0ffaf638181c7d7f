/// An architecture of GGUF files whose models can be computed, by its name there.
///
/// What a file says is put as the configuration and the tensors of a folder in Hugging Face layout: another
/// architecture needs a case here, its keys in `GGUFConfiguration` and its tensors below.
enum GGUFArchitecture: String, CaseIterable, Sendable {
    /// Llama, and what is computed like it: Mistral, SmolLM2.
    case llama
    case qwen2
    case qwen3
    case smollm3
    case olmo2
    case phi3
    case gemma3
    case qwen3MoE = "qwen3moe"

    var family: PolicyConfiguration.Family {
        switch self {
        case .llama: .llama
        case .qwen2: .qwen2
        case .qwen3: .qwen3
        case .smollm3: .smollm3
        case .olmo2: .olmo2
        case .phi3: .phi3
        case .gemma3: .gemma3
        case .qwen3MoE: .qwen3MoE
        }
    }

    /// The name that files of a family have.
    init(_ family: PolicyConfiguration.Family) {
        switch family {
        case .llama, .mistral: self = .llama
        case .qwen2: self = .qwen2
        case .qwen3: self = .qwen3
        case .smollm3: self = .smollm3
        case .olmo2: self = .olmo2
        case .phi3: self = .phi3
        case .gemma3: self = .gemma3
        case .qwen3MoE: self = .qwen3MoE
        }
    }

    /// - Throws: `PolicyError` naming the file and the architecture.
    init(_ metadata: GGUFMetadata) throws {
        let key = "general.architecture"
        let name = try metadata.required(key, metadata.text)
        guard let architecture = Self(rawValue: name) else {
            throw GGUFFailure.unsupported(
                metadata.file,
                "\(key) is '\(name)', which is not served. Use a model of: "
                    + Self.allCases.map(\.rawValue).joined(separator: ", "))
        }
        self = architecture
    }

    /// Whether the rows of query and key projections are stored in the order of neighbouring pairs.
    var alternatesHalves: Bool { self == .llama || self == .smollm3 }

    /// The order of a weight's rows in files.
    func rowOrder(of weight: WeightName, headSize: Int) -> RowOrder {
        guard alternatesHalves, case .layer(_, let part) = weight else { return .asStored }
        switch part {
        case .queryWeight, .queryBias, .keyWeight, .keyBias: return .alternatingHalves(headSize: headSize)
        default: return .asStored
        }
    }
}

/// Where a GGUF file has a weight.
struct GGUFPlace: Sendable {
    let name: String
    var order = RowOrder.asStored
    /// The matrix of an expert, in a tensor of all experts' matrices.
    var slice: Int?
    /// What a file adds to the numbers of a weight: gains are stored whole.
    var offset: Float = 0
}

extension GGUFArchitecture {
    /// Where files have a weight of a configuration.
    func place(of weight: WeightName, _ configuration: PolicyConfiguration) -> GGUFPlace {
        var place = GGUFPlace(name: weight.ggufName(configuration.normPlacement))
        place.order = rowOrder(of: weight, headSize: configuration.headSize)
        if case .expert(_, let index, _) = weight { place.slice = index }
        if configuration.normGainsAddOne, weight.isNorm { place.offset = 1 }
        return place
    }
}

extension WeightName {
    /// The name in GGUF files.
    func ggufName(_ placement: PolicyConfiguration.NormPlacement = .before) -> String {
        switch self {
        case .embedding: "token_embd.weight"
        case .layer(let index, let weight): "blk.\(index).\(weight.ggufName(placement))"
        case .expert(let layer, _, let weight): "blk.\(layer).\(weight.ggufName)"
        case .finalNorm: "output_norm.weight"
        case .output: "output.weight"
        }
    }

    /// Whether it is the gain of a norm.
    fileprivate var isNorm: Bool {
        switch self {
        case .finalNorm: true
        case .layer(_, let weight):
            [.inputNorm, .postAttentionNorm, .preFeedForwardNorm, .postFeedForwardNorm, .queryNorm, .keyNorm]
                .contains(weight)
        default: false
        }
    }
}

extension ExpertWeight {
    /// The end of the name of all experts' tensor in GGUF files.
    fileprivate var ggufName: String {
        switch self {
        case .gateWeight: "ffn_gate_exps.weight"
        case .upWeight: "ffn_up_exps.weight"
        case .downWeight: "ffn_down_exps.weight"
        }
    }
}

extension LayerWeight {
    /// The end of the name in GGUF files.
    fileprivate func ggufName(_ placement: PolicyConfiguration.NormPlacement) -> String {
        switch self {
        case .inputNorm: "attn_norm.weight"
        case .queryWeight: "attn_q.weight"
        case .queryBias: "attn_q.bias"
        case .keyWeight: "attn_k.weight"
        case .keyBias: "attn_k.bias"
        case .valueWeight: "attn_v.weight"
        case .valueBias: "attn_v.bias"
        case .queryKeyValueWeight: "attn_qkv.weight"
        case .queryNorm: "attn_q_norm.weight"
        case .keyNorm: "attn_k_norm.weight"
        case .outputWeight: "attn_output.weight"
        case .outputBias: "attn_output.bias"
        case .postAttentionNorm: placement == .before ? "ffn_norm.weight" : "post_attention_norm.weight"
        case .preFeedForwardNorm: "ffn_norm.weight"
        case .postFeedForwardNorm: "post_ffw_norm.weight"
        case .gateWeight: "ffn_gate.weight"
        case .gateBias: "ffn_gate.bias"
        // Of both, as llama.cpp calls it.
        case .upWeight, .gateUpWeight: "ffn_up.weight"
        case .upBias: "ffn_up.bias"
        case .downWeight: "ffn_down.weight"
        case .downBias: "ffn_down.bias"
        case .routerWeight: "ffn_gate_inp.weight"
        }
    }
}
