/// An architecture of GGUF files whose models can be computed, by its name there.
///
/// What a file says is put as the configuration and the tensors of a folder in Hugging Face layout: another
/// architecture needs a case here, its keys in `GGUFConfiguration` and its tensors below.
enum GGUFArchitecture: String, CaseIterable, Sendable {
    /// Llama, and what is computed like it: Mistral, SmolLM2.
    case llama
    case qwen2
    case qwen3

    var family: PolicyConfiguration.Family {
        switch self {
        case .llama: .llama
        case .qwen2: .qwen2
        case .qwen3: .qwen3
        }
    }

    /// The name that files of a family have.
    init(_ family: PolicyConfiguration.Family) {
        switch family {
        case .llama, .mistral: self = .llama
        case .qwen2: self = .qwen2
        case .qwen3: self = .qwen3
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
    var alternatesHalves: Bool { self == .llama }

    /// The order of a weight's rows in files.
    func rowOrder(of weight: WeightName, headSize: Int) -> RowOrder {
        guard alternatesHalves, case .layer(_, let part) = weight else { return .asStored }
        switch part {
        case .queryWeight, .queryBias, .keyWeight, .keyBias: return .alternatingHalves(headSize: headSize)
        default: return .asStored
        }
    }
}

extension WeightName {
    /// The name in GGUF files.
    var ggufName: String {
        switch self {
        case .embedding: "token_embd.weight"
        case .layer(let index, let weight): "blk.\(index).\(weight.ggufName)"
        case .finalNorm: "output_norm.weight"
        case .output: "output.weight"
        }
    }
}

extension LayerWeight {
    /// The end of the name in GGUF files.
    var ggufName: String {
        switch self {
        case .inputNorm: "attn_norm.weight"
        case .queryWeight: "attn_q.weight"
        case .queryBias: "attn_q.bias"
        case .keyWeight: "attn_k.weight"
        case .keyBias: "attn_k.bias"
        case .valueWeight: "attn_v.weight"
        case .valueBias: "attn_v.bias"
        case .queryNorm: "attn_q_norm.weight"
        case .keyNorm: "attn_k_norm.weight"
        case .outputWeight: "attn_output.weight"
        case .outputBias: "attn_output.bias"
        case .postAttentionNorm: "ffn_norm.weight"
        case .gateWeight: "ffn_gate.weight"
        case .gateBias: "ffn_gate.bias"
        case .upWeight: "ffn_up.weight"
        case .upBias: "ffn_up.bias"
        case .downWeight: "ffn_down.weight"
        case .downBias: "ffn_down.bias"
        }
    }
}
