public import Foundation

extension PolicyConfiguration {
    /// Reads config.json, and generation_config.json if there is one, from a folder in Hugging Face layout.
    ///
    /// Both generations of field names are supported: `rope_theta` with `rope_scaling`, and `rope_parameters`. Absent
    /// fields take the family's defaults in transformers.
    ///
    /// - Throws: `PolicyError` naming the file and every invalid field, with its value and what is required.
    public init(directory: URL) throws { self = try ConfigurationFiles(ModelSource(directory)).configuration }

    /// Parses the contents of config.json and generation_config.json; file names are for messages.
    public init(
        config: Data, generation: Data? = nil, file: String = "config.json",
        generationFile: String = "generation_config.json"
    ) throws {
        self =
            try ConfigurationFiles(config: config, generation: generation, file: file, generationFile: generationFile)
            .configuration
    }

    /// Reads config.json alone.
    ///
    /// - Parameter warnings: Receives notes on what was left out, with the file's name.
    init(config: Data, file: String, warnings: inout [String]) throws {
        var fields = ConfigurationFields(try Self.textFields(config, file: file))
        let family = try Family(fields, file: file)
        let parsed = PolicyConfiguration(family: family, fields: &fields)
        try fields.finish(file: file)
        guard let parsed else { preconditionFailure("a configuration without problems was not understood") }
        warnings += fields.warnings.map { "\(file): \($0). It is left out." }
        self = parsed
    }

    /// The fields of config.json. In a model of images and text (Gemma 3), those of the text's part, as they would stand in a
    /// file of their own.
    static func textFields(_ config: Data, file: String) throws -> [String: JSONValue] {
        let fields = try JSONValue.parseObject(config, file: file)
        guard fields["model_type"] == .string("gemma3"), case .object(let text)? = fields["text_config"] else {
            return fields
        }
        let shared = ["bos_token_id", "eos_token_id", "torch_dtype", "dtype", "quantization_config", untrainedField]
        let family = Family.gemma3
        let named: [String: JSONValue] = [
            "model_type": .string(family.rawValue), "architectures": .array([.string(family.traits.architecture)]),
        ]
        return fields.filter { shared.contains($0.key) }.merging(text) { $1 }.merging(named) { $1 }
    }

    /// Returns nil if a required field has a problem; `fields` then holds all problems.
    private init?(family: Family, fields: inout ConfigurationFields) {
        let traits = family.traits
        let hidden = fields.size("hidden_size", upTo: SizeLimit.width)
        let layers = fields.size("num_hidden_layers", upTo: SizeLimit.layers)
        let heads = fields.size("num_attention_heads", default: traits.heads, upTo: SizeLimit.heads)
        let feedForward = fields.size("intermediate_size", upTo: SizeLimit.width)
        let vocabulary = fields.size("vocab_size", default: traits.vocabulary, upTo: SizeLimit.vocabulary)
        let context = fields.size("max_position_embeddings", default: traits.context, upTo: SizeLimit.context)
        let keyValueHeads = fields.keyValueHeads(queryHeads: heads, default: traits.keyValueHeads)
        let headSize = fields.headSize(default: traits.headSize, hidden: hidden, heads: heads)
        let epsilon =
            fields["rms_norm_eps"] == nil ? traits.epsilon : fields.positiveFloat("rms_norm_eps").map { Float($0) }
        let rotary = fields.rotary(traits, headSize: headSize, context: context)
        let unrotated = traits.leavesOutRotation ? fields.unrotatedLayers(of: layers) : []
        let window = fields.window(traits, layers: layers, context: context, unrotated: unrotated)
        let experts = traits.hasExperts ? fields.experts(layers: layers) : nil
        let activation = fields.activation(traits.activation.field, default: traits.activation.default)
        let scalar = traits.attentionScalar.flatMap { fields.positive("query_pre_attn_scalar", default: $0) }
        let beginnings = fields.tokens("bos_token_id", default: traits.beginnings, vocabulary: vocabulary)
        let ends = fields.tokens("eos_token_id", default: traits.ends, vocabulary: vocabulary)
        let queryKeyValueBias = fields.has(traits.queryKeyValueBias)
        // If one field serves both, it is read, and any problem reported, only once.
        let outputBias =
            traits.outputBias == traits.queryKeyValueBias ? queryKeyValueBias : fields.has(traits.outputBias)
        let feedForwardBias = fields.has(traits.feedForwardBias)
        let ties = fields.flag("tie_word_embeddings", default: traits.tiesEmbeddings)
        let untrained = fields.flag(Self.untrainedField, default: false)
        fields.refuseWhatIsNotComputed()

        guard let hidden, let layers, let heads, let feedForward, let vocabulary, let context, let keyValueHeads,
            let headSize, let epsilon, let rotary, let activation, fields.problems.isEmpty
        else { return nil }
        self.init(
            family: family, hiddenSize: hidden, layerCount: layers, headCount: heads,
            keyValueHeadCount: keyValueHeads, headSize: headSize, feedForwardSize: feedForward,
            vocabularySize: vocabulary, contextLength: context, normEpsilon: epsilon,
            rotaryTheta: rotary.theta, rotaryScaling: rotary.scaling, tiesEmbeddings: ties,
            hasQKVBias: queryKeyValueBias, hasOutputBias: outputBias,
            hasFeedForwardBias: feedForwardBias, hasQKNorm: traits.normalisesHeads,
            normalisesHeadsTogether: traits.normalisesHeadsTogether, normPlacement: traits.normPlacement,
            normGainsAddOne: traits.normGainsAddOne, window: window, rotatedSize: rotary.size,
            unrotatedLayers: unrotated ?? [], windowRotaryTheta: rotary.windowTheta, attentionScalar: scalar,
            activation: activation, scalesEmbeddings: traits.scalesEmbeddings,
            fusesProjections: traits.fusesProjections, experts: experts, beginningOfSequence: beginnings.first,
            endOfSequence: ends,
            assumesEndOfSequence: !fields.has("eos_token_id"), isUntrained: untrained)
    }

    /// Marks weights that have not been trained.
    static let untrainedField = "attnrl_untrained"
}

extension PolicyConfiguration.Family {
    /// Determined by `model_type`, or by the name in `architectures` if that is absent.
    fileprivate init(_ fields: ConfigurationFields, file: String) throws {
        var name = fields["model_type"]
        if name == nil, case .array(let architectures) = fields["architectures"] { name = architectures.first }
        let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
        guard let name else { throw PolicyError(.invalid, "\(file): model_type is missing. Give one of: \(known)") }
        guard case .string(let text) = name else {
            throw PolicyError(.invalid, "\(file): model_type is \(name), which is no text. Give one of: \(known)")
        }
        let stem = text.lowercased()
        guard
            let family = Self.allCases.first(where: {
                [$0.rawValue, $0.traits.architecture.lowercased()].contains(stem)
            })
        else {
            throw PolicyError(
                .unsupported, "\(file): model_type is \"\(text)\", which is not served. Use a model of: \(known)")
        }
        self = family
    }
}

extension ConfigurationFields {
    /// Whether layers have a part; families without a choice do not read the field.
    fileprivate mutating func has(_ presence: FamilyTraits.Presence) -> Bool {
        switch presence {
        case .never: false
        case .always: true
        case .field(let name): flag(name, default: false)
        }
    }

    /// Token ids in a field; the default, as far as it is in the vocabulary, if the field is absent, none if it is null.
    fileprivate mutating func tokens(_ name: String, default fallback: [Int32], vocabulary: Int?) -> [Int32] {
        has(name)
            ? tokens(name, vocabulary: vocabulary) ?? []
            : fallback.filter { Int($0) < vocabulary ?? .max }
    }

    /// The function of the gate: `swish` is another name of `silu`.
    fileprivate mutating func activation(
        _ name: String, default fallback: PolicyConfiguration.Activation
    ) -> PolicyConfiguration.Activation? {
        guard let value = self[name], value != .string("swish") else { return self[name] == nil ? fallback : .silu }
        if case .string(let text) = value, let known = PolicyConfiguration.Activation(rawValue: text) { return known }
        report(name, is: value, needs: "only \"silu\" and \"gelu_pytorch_tanh\" are computed; use another model")
        return nil
    }

    /// - Parameter fallback: nil means one for every query head.
    fileprivate mutating func keyValueHeads(queryHeads: Int?, default fallback: Int?) -> Int? {
        // Null means as many as query heads, even in families with another default.
        let usual = has("num_key_value_heads") ? nil : fallback
        let count = size("num_key_value_heads", default: usual ?? queryHeads ?? 1, upTo: SizeLimit.heads)
        guard let count, let queryHeads else { return nil }
        guard queryHeads.isMultiple(of: count) else {
            report("num_key_value_heads is \(count); it has to divide num_attention_heads, \(queryHeads)")
            return nil
        }
        return count
    }

    /// The field `head_dim`, the family's default, or C / H.
    fileprivate mutating func headSize(default fallback: Int?, hidden: Int?, heads: Int?) -> Int? {
        let size: Int
        if self["head_dim"] != nil || fallback != nil {
            guard let given = self.size("head_dim", default: fallback ?? 1, upTo: SizeLimit.headSize) else {
                return nil
            }
            size = given
        } else {
            guard let hidden, let heads else { return nil }
            guard hidden.isMultiple(of: heads) else {
                report(
                    "num_attention_heads is \(heads) and hidden_size \(hidden); give a divisor of hidden_size, "
                        + "or head_dim"
                )
                return nil
            }
            size = hidden / heads
        }
        guard size.isMultiple(of: 2) else {
            report("head_dim is \(size); rotary positions turn pairs of numbers, so give an even size")
            return nil
        }
        return size
    }

    /// Refuses fields that would change the computation in ways the engine does not support.
    fileprivate mutating func refuseWhatIsNotComputed() {
        for name in ["attn_logit_softcapping", "final_logit_softcapping"] {
            guard let value = self[name] else { continue }
            report(name, is: value, needs: "capped scores and logits are not computed; use another model")
        }
        if let value = self["use_bidirectional_attention"], value != .bool(false) {
            report(
                "use_bidirectional_attention", is: value,
                needs: "only attention to earlier tokens is computed; use another model")
        }
        if self["quantization_config"] != nil {
            report("quantization_config is present; use the model's unquantised weights")
        }
    }
}

/// Bounds that no real model comes near.
///
/// They keep products of sizes far from overflow.
package enum SizeLimit {
    package static let width = 1 << 20
    package static let layers = 1 << 12
    package static let heads = 1 << 12
    package static let headSize = 1 << 12
    package static let vocabulary = 1 << 24
    package static let context = 1 << 28
    package static let experts = 1 << 12
    /// Experts of all layers together.
    package static let allExperts = 1 << 17
}
