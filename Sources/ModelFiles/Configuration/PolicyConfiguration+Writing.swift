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
            "hidden_act": .string("silu"),
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
        switch traits.window {
        case .never: break
        case .switched: fields["use_sliding_window"] = .bool(false)
        case .everywhere: fields["sliding_window"] = .null
        }
        if traits.headSize != nil || queryWidth != hiddenSize { fields["head_dim"] = .integer(headSize) }
        return fields
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
        }
    }
}
