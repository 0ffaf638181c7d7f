/// The metadata of a GGUF file, put as config.json and generation_config.json say it.
struct GGUFConfiguration {
    private let architecture: GGUFArchitecture
    private let metadata: GGUFMetadata
    private let file: GGUFFile

    init(_ file: GGUFFile, _ architecture: GGUFArchitecture) {
        self.file = file
        self.architecture = architecture
        metadata = file.metadata
    }

    private func key(_ name: String) -> String { "\(architecture.rawValue).\(name)" }

    /// The fields of config.json.
    ///
    /// - Throws: `PolicyError` naming the file, the key or tensor and the remedy.
    func fields() throws -> [String: JSONValue] {
        try refuseWhatIsNotComputed()
        let heads = try metadata.required(key("attention.head_count"), metadata.countOfLayers)
        let width = try metadata.required(key("embedding_length"), metadata.count)
        var fields: [String: JSONValue] = [
            "hidden_size": .integer(width),
            "num_hidden_layers": .integer(try metadata.required(key("block_count"), metadata.count)),
            "num_attention_heads": .integer(heads),
            "num_key_value_heads": .integer(try metadata.countOfLayers(key("attention.head_count_kv")) ?? heads),
            "intermediate_size": .integer(try metadata.required(key("feed_forward_length"), metadata.countOfLayers)),
            "vocab_size": .integer(try vocabularySize()),
            "max_position_embeddings": .integer(try metadata.required(key("context_length"), metadata.count)),
            "rms_norm_eps": try metadata.required(key("attention.layer_norm_rms_epsilon"), metadata.number),
            "rope_theta": try metadata.number(key("rope.freq_base")) ?? .number(10_000),
            "tie_word_embeddings": .bool(file.shape(of: WeightName.output.ggufName()) == nil),
            "bos_token_id": try token("bos") ?? .null,
            "eos_token_id": try token("eos") ?? .null,
            "pad_token_id": try token("padding") ?? .null,
        ]
        let head = try headSize(width: width, heads: heads)
        // Without a key of its own, the reader of config.json says what is wrong with the number of heads.
        if metadata[key("attention.key_length")] != nil || width.isMultiple(of: heads) {
            fields["head_dim"] = .integer(head)
        }
        try addRotary(to: &fields, headSize: head)
        addFamily(to: &fields)
        try addExperts(to: &fields)
        try addWindow(to: &fields)
        if architecture == .gemma3 { try addGemma(to: &fields, headSize: head) }
        return fields
    }

    // MARK: Shape

    private func headSize(width: Int, heads: Int) throws -> Int {
        let name = key("attention.key_length")
        guard heads > 0 else {
            throw GGUFFailure.invalid(metadata.file, "metadata key '\(key("attention.head_count"))' is 0.")
        }
        let size = try metadata.count(name) ?? width / heads
        if let values = try metadata.count(key("attention.value_length")), values != size {
            throw GGUFFailure.unsupported(
                metadata.file,
                "keys have \(size) numbers and values \(values) ('\(name)', '\(key("attention.value_length"))'), which is "
                    + "not computed. Use another model.")
        }
        return size
    }

    private func vocabularySize() throws -> Int {
        let name = WeightName.embedding.ggufName()
        guard let shape = file.shape(of: name) else {
            throw PolicyError(
                .missingTensor,
                "\(metadata.file) has no tensor '\(name)': it holds a vocabulary only, or part of a model. Give the file "
                    + "of a complete model.")
        }
        return shape[0]
    }

    private func token(_ kind: String) throws -> JSONValue? {
        try metadata.count("tokenizer.ggml.\(kind)_token_id").map { .integer($0) }
    }

    // MARK: Family

    private func addFamily(to fields: inout [String: JSONValue]) {
        func has(_ weight: LayerWeight) -> JSONValue {
            .bool(file.shape(of: WeightName.layer(0, weight).ggufName()) != nil)
        }
        let traits = architecture.family.traits
        fields["model_type"] = .string(architecture.family.rawValue)
        fields["architectures"] = .array([.string(traits.architecture)])
        fields[traits.activation.field] = .string(traits.activation.default.rawValue)
        if case .field(let name) = traits.queryKeyValueBias { fields[name] = has(.queryBias) }
        if case .field(let name) = traits.feedForwardBias { fields[name] = has(.gateBias) }
    }

    /// llama.cpp normalises the weights of a token's experts.
    private func addExperts(to fields: inout [String: JSONValue]) throws {
        guard architecture.family.traits.hasExperts else { return }
        fields["num_experts"] = .integer(try metadata.required(key("expert_count"), metadata.count))
        fields["num_experts_per_tok"] = .integer(try metadata.required(key("expert_used_count"), metadata.count))
        fields["moe_intermediate_size"] = .integer(
            try metadata.required(key("expert_feed_forward_length"), metadata.count))
        fields["norm_topk_prob"] = .bool(true)
    }

    /// A window is of all layers, or of all but every so manieth. Of Llama's architecture, Mistral's files may have one.
    private func addWindow(to fields: inout [String: JSONValue]) throws {
        let window = try metadata.count(key("attention.sliding_window")) ?? 0
        if architecture == .gemma3 {
            let layers = try metadata.required(key("block_count"), metadata.count)
            let pattern = window > 0 ? try metadata.count(key("attention.sliding_window_pattern")) ?? 6 : 1
            guard pattern > 0, layers <= SizeLimit.layers else { return }
            fields["layer_types"] = .array(
                (1...max(layers, 1)).map { .string($0 % pattern == 0 ? "full_attention" : "sliding_attention") })
        }
        guard window > 0 else { return }
        fields["sliding_window"] = .integer(window)
        fields["use_sliding_window"] = .bool(true)
        fields["max_window_layers"] = .integer(0)
        guard architecture == .llama else { return }
        fields["model_type"] = .string(PolicyConfiguration.Family.mistral.rawValue)
        fields["architectures"] = .array([.string(PolicyConfiguration.Family.mistral.traits.architecture)])
    }

    /// llama.cpp takes the scale of scores from the width in the largest of the published models alone.
    private func addGemma(to fields: inout [String: JSONValue], headSize: Int) throws {
        fields["rope_local_base_freq"] = try metadata.number(key("rope.freq_base_swa")) ?? .number(10_000)
        guard case .integer(let width)? = fields["hidden_size"],
            case .integer(let heads)? = fields["num_attention_heads"],
            case .integer(let layers)? = fields["num_hidden_layers"], heads > 0
        else { return }
        let scalar = Self.gemmaScalar(width: width, heads: heads, headSize: headSize, layers: layers)
        fields["query_pre_attn_scalar"] = .number(scalar)
    }

    static func gemmaScalar(width: Int, heads: Int, headSize: Int, layers: Int) -> Double {
        layers == 62 ? Double(width) / Double(heads) : Double(headSize)
    }

    /// Keys of other models' computations, which files of these architectures do not usually have.
    private static let foreign = [
        "attention.scale", "attention.clamp_kqv", "attention.max_alibi_bias", "attn_logit_softcapping",
        "final_logit_softcapping", "logit_scale", "embedding_scale", "residual_scale", "attention.temperature_scale",
        "rope.scaling.yarn_log_multiplier",
    ]

    private func refuseWhatIsNotComputed() throws {
        for name in Self.foreign where try metadata.double(key(name)) ?? 0 != 0 {
            throw GGUFFailure.unsupported(
                metadata.file, "metadata key '\(key(name))' asks for what is not computed. Use another model.")
        }
        if !architecture.family.traits.hasExperts, let experts = try metadata.count(key("expert_count")), experts > 0 {
            throw GGUFFailure.unsupported(
                metadata.file,
                "the model is a mixture of \(experts) experts ('\(key("expert_count"))'), which is not computed. Use "
                    + "another model.")
        }
    }

    // MARK: Rotation

    private func addRotary(to fields: inout [String: JSONValue], headSize: Int) throws {
        if let turned = try metadata.count(key("rope.dimension_count")), turned != headSize, headSize > 0 {
            try checkPart(turned, of: headSize)
            fields["partial_rotary_factor"] = .number(Double(turned) / Double(headSize))
        }
        let scaling = GGUFRotary(file, prefix: architecture.rawValue)
        if architecture == .phi3, let long = try scaling.longRope() {
            fields["rope_scaling"] = long
            fields["original_max_position_embeddings"] = try metadata.number(
                key("rope.scaling.original_context_length"))
            return
        }
        fields["rope_scaling"] = try scaling.field(fields, headSize: headSize) ?? .null
    }

    /// Checks how many of a head's numbers are rotated, if it is not all.
    private func checkPart(_ turned: Int, of headSize: Int) throws {
        let name = key("rope.dimension_count")
        guard architecture.family.traits.rotatesPart else {
            throw GGUFFailure.unsupported(
                metadata.file,
                "'\(name)' rotates \(turned) of a head's \(headSize) numbers; in this architecture only all of them can "
                    + "be rotated. Use another model.")
        }
        guard (1..<headSize).contains(turned), turned.isMultiple(of: 2) else {
            throw GGUFFailure.invalid(
                metadata.file,
                "metadata key '\(name)' is \(turned), which is no even share of a head's \(headSize) numbers.")
        }
    }

    // MARK: generation_config.json

    /// Where responses end, and how its authors sample.
    func generationFields() throws -> [String: JSONValue] {
        var ends: [JSONValue] = []
        for kind in ["eos", "eot", "eom"] {
            if let id = try token(kind), !ends.contains(id) { ends.append(id) }
        }
        var fields: [String: JSONValue] = [:]
        fields["bos_token_id"] = try token("bos")
        fields["pad_token_id"] = try token("padding")
        fields["eos_token_id"] = ends.count > 1 ? .array(ends) : ends.first
        let names = [
            "temp": "temperature", "top_k": "top_k", "top_p": "top_p", "min_p": "min_p",
            "penalty_repeat": "repetition_penalty",
        ]
        for (key, field) in names { fields[field] = try metadata.number("general.sampling.\(key)") }
        return fields
    }
}
