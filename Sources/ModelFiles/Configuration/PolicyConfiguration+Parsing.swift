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
        var fields = ConfigurationFields(try JSONValue.parseObject(config, file: file))
        let family = try Family(fields, file: file)
        let parsed = PolicyConfiguration(family: family, fields: &fields)
        try fields.finish(file: file)
        guard let parsed else { preconditionFailure("a configuration without problems was not understood") }
        warnings += fields.warnings.map { "\(file): \($0). It is left out." }
        self = parsed
    }

    /// Returns nil if a required field has a problem; `fields` then holds all problems.
    private init?(family: Family, fields: inout ConfigurationFields) {
        let traits = family.traits
        let hidden = fields.size("hidden_size", upTo: SizeLimit.width)
        let layers = fields.size("num_hidden_layers", upTo: SizeLimit.layers)
        let heads = fields.size("num_attention_heads", upTo: SizeLimit.heads)
        let feedForward = fields.size("intermediate_size", upTo: SizeLimit.width)
        let vocabulary = fields.size("vocab_size", upTo: SizeLimit.vocabulary)
        let context = fields.size("max_position_embeddings", default: traits.context, upTo: SizeLimit.context)
        let keyValueHeads = fields.keyValueHeads(queryHeads: heads, default: traits.keyValueHeads)
        let headSize = fields.headSize(default: traits.headSize, hidden: hidden, heads: heads)
        let epsilon = fields["rms_norm_eps"] == nil ? 1e-6 : fields.positiveFloat("rms_norm_eps")
        let rotary = fields.rotary(context: context)
        let beginnings = fields.tokens("bos_token_id", default: traits.beginnings, vocabulary: vocabulary)
        let ends = fields.tokens("eos_token_id", default: traits.ends, vocabulary: vocabulary)
        let queryKeyValueBias = fields.has(traits.queryKeyValueBias)
        // If one field serves both, it is read, and any problem reported, only once.
        let outputBias =
            traits.outputBias == traits.queryKeyValueBias ? queryKeyValueBias : fields.has(traits.outputBias)
        let feedForwardBias = fields.has(traits.feedForwardBias)
        let ties = fields.flag("tie_word_embeddings", default: false)
        let untrained = fields.flag(Self.untrainedField, default: false)
        fields.refuseWhatIsNotComputed(traits.window, layers: layers, context: context)

        guard let hidden, let layers, let heads, let feedForward, let vocabulary, let context, let keyValueHeads,
            let headSize, let epsilon, let rotary
        else { return nil }
        self.init(
            family: family, hiddenSize: hidden, layerCount: layers, headCount: heads,
            keyValueHeadCount: keyValueHeads, headSize: headSize, feedForwardSize: feedForward,
            vocabularySize: vocabulary, contextLength: context, normEpsilon: epsilon,
            rotaryTheta: rotary.theta, rotaryScaling: rotary.scaling, tiesEmbeddings: ties,
            hasQKVBias: queryKeyValueBias, hasOutputBias: outputBias,
            hasFeedForwardBias: feedForwardBias, hasQKNorm: traits.normalisesHeads,
            beginningOfSequence: beginnings.first, endOfSequence: ends,
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
        guard let name, case .string(let text) = name else {
            throw PolicyError(.invalid, "\(file): model_type is missing. Give one of: \(known)")
        }
        let stem = text.lowercased().replacingOccurrences(of: "forcausallm", with: "")
        guard let family = Self(rawValue: stem) else {
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

    /// Token ids in a field; the default if the field is absent, none if it is null.
    fileprivate mutating func tokens(_ name: String, default fallback: [Int32], vocabulary: Int?) -> [Int32] {
        has(name) ? tokens(name, vocabulary: vocabulary) ?? [] : fallback
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
    fileprivate mutating func refuseWhatIsNotComputed(
        _ window: FamilyTraits.Window, layers: Int?, context: Int?
    ) {
        if let activation = self["hidden_act"], activation != .string("silu"), activation != .string("swish") {
            report("hidden_act", is: activation, needs: "only \"silu\" is computed; use another model")
        }
        if self["quantization_config"] != nil {
            report("quantization_config is present; use the model's unquantised weights")
        }
        if case .array(let types) = self["layer_types"] {
            if types.contains(where: { $0 != .string("full_attention") }) {
                report(
                    "layer_types has layers other than \"full_attention\", which are not computed; use another model")
            }
        } else {
            switch window {
            case .never: break
            case .switched: refuseSwitchedWindow(layers: layers, context: context)
            case .everywhere: refuseWindow(context: context)
            }
        }
    }

    /// A window matters only if the context is longer.
    private mutating func refuseWindow(context: Int?) {
        // If absent, the default applies; null means no window.
        guard self["sliding_window"] != nil || !has("sliding_window"),
            let window = size("sliding_window", default: 4096, upTo: .max), let context, window < context
        else { return }
        report(
            "attention is limited to a window of \(window) tokens (sliding_window), which is not computed; use a "
                + "version without one, or lower max_position_embeddings to \(window)")
    }

    /// A window matters only if it is switched on, some layer has it and the context is longer.
    private mutating func refuseSwitchedWindow(layers: Int?, context: Int?) {
        let isOff =
            !flag("use_sliding_window", default: false) || (has("sliding_window") && self["sliding_window"] == nil)
        guard !isOff, let window = size("sliding_window", default: 4096, upTo: .max), let layers, let context else {
            return
        }
        let firstLayer = self["max_window_layers"] ?? .integer(28)
        guard case .integer(let first) = firstLayer, first >= layers || window >= context else {
            report(
                "use_sliding_window is true with sliding_window \(window) and max_window_layers \(firstLayer), "
                    + "which is not computed; use another model, or lower max_position_embeddings to \(window)")
            return
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
}
