internal import Foundation

extension PolicyConfiguration {
    /// The fields of a config.json for this configuration, with names that every version of transformers reads.
    ///
    /// - Throws: `PolicyError` if the family's files cannot express it, for example an output bias in a Qwen2 model.
    func configFields() throws -> [String: JSONValue] {
        let fields = commonFields.merging(familyFields) { $1 }
        let data = try JSONValue.object(fields).rendered()
        guard try PolicyConfiguration(config: data, file: "the configuration") == self else {
            throw PolicyError(
                .invalid,
                "A config.json of the family \(family.rawValue) cannot say what this configuration asks for. "
                    + "Change its biases or norms to those of the family, or choose another family.")
        }
        return fields
    }

    private var commonFields: [String: JSONValue] {
        var fields: [String: JSONValue] = [
            "architectures": .array([.string(family.traits.architecture)]),
            "model_type": .string(family.rawValue),
            "vocab_size": .integer(vocabularySize),
            "hidden_size": .integer(hiddenSize),
            "intermediate_size": .integer(feedForwardSize),
            "num_hidden_layers": .integer(layerCount),
            "num_attention_heads": .integer(headCount),
            "num_key_value_heads": .integer(keyValueHeadCount),
            "max_position_embeddings": .integer(contextLength),
            "initializer_range": .number(Self.initializerRange),
            "attention_dropout": .number(0),
            "use_cache": .bool(true),
            // Goes through text to get the shortest decimal of this Float, rather than the digits of its Double.
            "rms_norm_eps": .number(Double("\(normEpsilon)") ?? Double(normEpsilon)),
            "tie_word_embeddings": .bool(tiesEmbeddings),
            "rope_theta": .number(rotaryTheta),
            "rope_scaling": rotaryScaling.json,
            "bos_token_id": beginningOfSequence.map { .integer(Int($0)) } ?? .null,
            "eos_token_id": Self.tokens(endOfSequence),
        ]
        if isUntrained { fields[Self.untrainedField] = .bool(true) }
        return fields
    }

    private var familyFields: [String: JSONValue] {
        let traits = family.traits
        var fields: [String: JSONValue] = [:]
        let biases = [
            (traits.queryKeyValueBias, hasQKVBias), (traits.outputBias, hasOutputBias),
            (traits.feedForwardBias, hasFeedForwardBias),
        ]
        for case (.field(let name), let isPresent) in biases { fields[name] = .bool(isPresent) }
        fields[traits.activation.field] = .string(activation.rawValue)
        fields.merge(windowFields(traits)) { $1 }
        fields.merge(rotaryFields(traits)) { $1 }
        if let attentionScalar { fields["query_pre_attn_scalar"] = .number(attentionScalar) }
        if traits.assumesPadding { fields["pad_token_id"] = .null }
        if traits.hasExperts { fields.merge(expertFields) { $1 } }
        if traits.headSize != nil || queryWidth != hiddenSize { fields["head_dim"] = .integer(headSize) }
        return fields
    }

    private func windowFields(_ traits: FamilyTraits) -> [String: JSONValue] {
        var fields: [String: JSONValue] = [:]
        let size: JSONValue = window.map { .integer($0.size) } ?? .null
        switch traits.window {
        case .never: return [:]
        case .everywhere: return ["sliding_window": size]
        case .switched, .switchedEverywhere, .switchedUnrotated:
            fields["use_sliding_window"] = .bool(window != nil)
            guard let window else { return fields }
            fields["sliding_window"] = size
            // Transformers had this field before `layer_types`.
            if traits.window == .switched { fields["max_window_layers"] = .integer(window.layers.min() ?? layerCount) }
        case .alternating: if window != nil { fields["sliding_window"] = size }
        }
        if traits.window != .switchedEverywhere {
            fields["layer_types"] = .array(
                (0..<layerCount).map {
                    .string(window?.layers.contains($0) == true ? "sliding_attention" : "full_attention")
                })
        }
        return fields
    }

    private func rotaryFields(_ traits: FamilyTraits) -> [String: JSONValue] {
        var fields: [String: JSONValue] = [:]
        fields["rope_local_base_freq"] = windowRotaryTheta.map { .number($0) }
        if traits.leavesOutRotation {
            fields["no_rope_layers"] = .array((0..<layerCount).map { .integer(unrotatedLayers.contains($0) ? 0 : 1) })
        }
        if let rotatedSize {
            // What transformers makes a whole number again, by rounding down.
            let share = Double(rotatedSize) / Double(headSize)
            fields["partial_rotary_factor"] = .number(
                Int(Double(headSize) * share) < rotatedSize ? share.nextUp : share)
        }
        if case .longRope(_, _, let original, _) = rotaryScaling {
            fields["original_max_position_embeddings"] = .integer(original)
        }
        return fields
    }

    private var expertFields: [String: JSONValue] {
        guard let experts else { return ["num_experts": .integer(0)] }
        return [
            "num_experts": .integer(experts.count), "num_experts_per_tok": .integer(experts.perToken),
            "moe_intermediate_size": .integer(experts.feedForwardSize),
            "norm_topk_prob": .bool(experts.normalisesWeights), "decoder_sparse_step": .integer(1),
            "mlp_only_layers": .array((0..<layerCount).filter { !experts.layers.contains($0) }.map { .integer($0) }),
        ]
    }

    /// One id as a number, several as a list, none as null.
    package static func tokens(_ ids: [Int32]) -> JSONValue {
        switch ids.count {
        case 0: .null
        case 1: .integer(Int(ids[0]))
        default: .array(ids.map { .integer(Int($0)) })
        }
    }
}

extension PolicyConfiguration.RotaryScaling {
    fileprivate var json: JSONValue {
        switch self {
        case .none: return .null
        case .linear(let factor): return .object(["rope_type": .string("linear"), "factor": .number(factor)])
        case .llama3(let factor, let low, let high, let original):
            return .object([
                "rope_type": .string("llama3"), "factor": .number(factor), "low_freq_factor": .number(low),
                "high_freq_factor": .number(high), "original_max_position_embeddings": .integer(original),
            ])
        case .yarn(let factor, let original, let fast, let slow, let attention):
            var fields: [String: JSONValue] = [
                "rope_type": .string("yarn"), "factor": .number(factor), "beta_fast": .number(fast),
                "beta_slow": .number(slow), "original_max_position_embeddings": .integer(original),
            ]
            fields["attention_factor"] = attention.map { .number($0) }
            return .object(fields)
        case .longRope(let short, let long, _, let attention):
            // The original context stands beside it. Older versions want `type`, and no field more.
            var fields: [String: JSONValue] = [
                "type": .string("longrope"), "short_factor": .array(short.map { .number($0) }),
                "long_factor": .array(long.map { .number($0) }),
            ]
            fields["attention_factor"] = attention.map { .number($0) }
            return .object(fields)
        }
    }
}
