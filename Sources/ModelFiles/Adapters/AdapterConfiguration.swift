import Basics
internal import Foundation

/// What adapter_config.json says of an adapter, apart from which modules the tensors are of.
struct AdapterConfiguration {
    /// Which modules a list of names means.
    struct Selection {
        /// Endings of the modules' names; nil for those that have tensors.
        let names: [String]?
        /// nil for all.
        let layers: [Int]?

        func contains(_ module: AdapterModule) -> Bool {
            guard layers?.contains(module.layer) ?? true else { return false }
            return names?.contains { module.name == $0 || module.name.hasSuffix("." + $0) } ?? true
        }
    }

    let rank: Int
    let alpha: Double
    let stabilisesRank: Bool
    let selection: Selection
    let baseName: String
    let warnings: [String]

    /// - Throws: `PolicyError` naming the file and every field that cannot be followed.
    init(_ data: Data, file: String) throws {
        let values = try JSONValue.parseObject(data, file: file)
        var fields = ConfigurationFields(values)
        Self.checkKind(&fields)
        let rank = fields.size("r", upTo: AdapterLimits.rank.upperBound)
        let alpha = Self.alpha(&fields)
        stabilisesRank = fields.flag("use_rslora", default: false)
        selection = Self.selection(&fields)
        baseName = fields.text("base_model_name_or_path") ?? ""
        Self.refuseOthers(values, &fields)
        try fields.finish(file: file)
        guard let rank, let alpha else { preconditionFailure("a field was read and is not there") }
        (self.rank, self.alpha) = (rank, alpha)
        warnings = Self.unknown(values).map { "\(file): \($0) is not known here and has no effect" }
    }

    private static func checkKind(_ fields: inout ConfigurationFields) {
        guard let kind = fields["peft_type"] else {
            return fields.report("peft_type is missing; only adapters of the kind \"LORA\" are read")
        }
        if kind != .string("LORA") {
            fields.report(
                "peft_type", is: kind, needs: "only \"LORA\" is supported. Merge others into their base with PEFT")
        }
    }

    private static func alpha(_ fields: inout ConfigurationFields) -> Double? {
        let alpha = fields.positiveFloat("lora_alpha")
        if fields["lora_alpha"] == nil { fields.report("lora_alpha is missing; give a number above 0") }
        return alpha
    }

    // MARK: Modules

    private static func selection(_ fields: inout ConfigurationFields) -> Selection {
        var names: [String]?
        switch fields["target_modules"] {
        case .array(let values)?:
            names = values.compactMap { if case .string(let name) = $0 { name } else { nil } }
            checkNames(values, &fields)
        // A pattern, or "all-linear": the tensors say which modules it has found.
        case .string?, nil: break
        case let value?: fields.report("target_modules", is: value, needs: "give a list of module names")
        }
        // Which of them are left out, the tensors say as well.
        if fields["exclude_modules"] != nil { names = nil }
        return Selection(names: names, layers: layers(&fields))
    }

    private static func checkNames(_ values: [JSONValue], _ fields: inout ConfigurationFields) {
        let known = AdapterTarget.allCases.map(\.rawValue)
        for value in values {
            if case .string(let name) = value, known.contains(where: { name == $0 || name.hasSuffix("." + $0) }) {
                continue
            }
            fields.report(
                "target_modules names \(value); only \(known.joined(separator: ", ")) can be changed. Train an adapter of "
                    + "these, or merge it into its base with PEFT")
        }
    }

    private static func layers(_ fields: inout ConfigurationFields) -> [Int]? {
        switch fields["layers_to_transform"] {
        case nil: return nil
        case .integer(let layer)?: return [layer]
        case .array(let values)?: return values.compactMap { if case .integer(let layer) = $0 { layer } else { nil } }
        case let value?:
            fields.report("layers_to_transform", is: value, needs: "give a list of layers")
            return nil
        }
    }

    // MARK: Other fields

    /// Fields that change what is computed, with what they stand for.
    private static let unsupported = [
        "use_dora": "DoRA", "lora_bias": "a bias of its own", "fan_in_fan_out": "transposed weights",
        "modules_to_save": "modules trained whole", "rank_pattern": "ranks that differ by module",
        "alpha_pattern": "scales that differ by module", "layer_replication": "repeated layers",
        "trainable_token_indices": "trained embeddings", "target_parameters": "changed parameters of experts",
        "alora_invocation_tokens": "activation by tokens", "use_qalora": "QALoRA", "use_bdlora": "block diagonals",
        "arrow_config": "routing among adapters", "kasa_config": "KaSA", "monteclora_config": "MonteCLoRA",
    ]
    /// Initial values that come with a changed base.
    private static let changingBase = ["pissa", "olora", "corda", "loftq", "lora_ga"]
    /// Fields that say nothing about what is computed.
    private static let idle: Set<String> = [
        "auto_mapping", "base_model_name_or_path", "bias", "corda_config", "ensure_weight_tying", "eva_config",
        "exclude_modules", "inference_mode", "init_lora_weights", "layers_pattern", "layers_to_transform",
        "loftq_config", "lora_alpha", "lora_dropout", "lora_ga_config", "megatron_config", "megatron_core", "peft_type",
        "peft_version", "qalora_group_size", "r", "revision", "runtime_config", "target_modules", "task_type",
        "use_rslora", "velora_config",
    ]
    private static let remedy = "Merge the adapter into its base with PEFT (merge_and_unload) and load the result"

    private static func refuseOthers(_ values: [String: JSONValue], _ fields: inout ConfigurationFields) {
        for (name, meaning) in unsupported.sorted(by: { $0.key < $1.key }) where !isUnset(values[name]) {
            fields.report(name, is: values[name] ?? .null, needs: "\(meaning) cannot be computed. \(remedy)")
        }
        if let bias = fields["bias"], bias != .string("none") {
            fields.report("bias", is: bias, needs: "only \"none\" is supported, with biases as in the base. \(remedy)")
        }
        if case .string(let start)? = fields["init_lora_weights"],
            changingBase.contains(where: start.lowercased().hasPrefix)
        {
            fields.report(
                "init_lora_weights", is: .string(start),
                needs: "its adapters belong to a base that was changed with them. Convert it with PEFT "
                    + "(save_pretrained with path_initial_model_for_weight_conversion)")
        }
    }

    private static func isUnset(_ value: JSONValue?) -> Bool {
        switch value {
        case nil, .null?, .bool(false)?, .array([])?, .string("")?: true
        case .object(let members)?: members.isEmpty
        default: false
        }
    }

    private static func unknown(_ values: [String: JSONValue]) -> [String] {
        values.keys.filter { !idle.contains($0) && unsupported[$0] == nil && !isUnset(values[$0]) }.sorted()
    }
}
