/// Fields that say how layers differ from each other.
extension ConfigurationFields {
    // MARK: Windows

    /// The layers with a window and its size; nil for none, or if there is a problem.
    ///
    /// A window that is as long as the context limits nothing and is left out, unless layers with one are rotated
    /// otherwise.
    ///
    /// - Parameter unrotated: Layers that are not rotated.
    mutating func window(
        _ traits: FamilyTraits, layers: Int?, context: Int?, unrotated: Set<Int>?
    ) -> PolicyConfiguration.AttentionWindow? {
        guard let layers, let context, let unrotated else { return nil }
        let isOn = windowIsOn(traits.window)
        let size = isOn ? windowSize(default: traits.windowSize) : nil
        let listed = windowedLayers(of: layers)
        let chosen: Set<Int>
        switch traits.window {
        case .never: chosen = refuseWindows(listed)
        case .everywhere, .switchedEverywhere: chosen = everywhere(listed, of: layers, size: size)
        case .switched:
            let first = count("max_window_layers", default: 28, upTo: .max) ?? 0
            chosen = listed ?? (size == nil ? [] : Set(0..<layers).filter { $0 >= first })
        case .switchedUnrotated: chosen = listed ?? (size == nil ? [] : unrotated)
        case .alternating:
            let pattern = self.size("sliding_window_pattern", default: 6, upTo: .max) ?? 1
            chosen = listed ?? Set(0..<layers).filter { ($0 + 1) % pattern != 0 }
        }
        guard !chosen.isEmpty else { return nil }
        guard let size else {
            report(
                isOn
                    ? "sliding_window is missing, and some layers have one; give a whole number, or \"full_attention\" in layer_types"
                    : "layer_types has layers with a window, and use_sliding_window is false; set it to true, or give "
                        + "\"full_attention\"")
            return nil
        }
        if size >= context, traits.windowTheta == nil { return nil }
        return PolicyConfiguration.AttentionWindow(size: size, layers: chosen)
    }

    private mutating func windowIsOn(_ window: FamilyTraits.Window) -> Bool {
        switch window {
        case .never: false
        case .switched, .switchedEverywhere, .switchedUnrotated: flag("use_sliding_window", default: false)
        case .everywhere, .alternating: true
        }
    }

    /// If absent, the default applies; null means no window.
    private mutating func windowSize(default fallback: Int?) -> Int? {
        guard self["sliding_window"] != nil || !has("sliding_window") && fallback != nil else { return nil }
        return size("sliding_window", default: fallback, upTo: .max)
    }

    /// What `layer_types` says; nil if it is absent.
    private mutating func windowedLayers(of layers: Int) -> Set<Int>? {
        guard let types = list("layer_types") else { return nil }
        guard types.count == layers else {
            report("layer_types has \(types.count) entries and num_hidden_layers is \(layers); give one for each layer")
            return nil
        }
        let known: [JSONValue] = [.string("full_attention"), .string("sliding_attention")]
        if let other = types.first(where: { !known.contains($0) }) {
            report(
                "layer_types has \(other); only \"full_attention\" and \"sliding_attention\" are computed; use another "
                    + "model")
            return nil
        }
        return Set(types.indices.filter { types[$0] == known[1] })
    }

    private mutating func refuseWindows(_ listed: Set<Int>?) -> Set<Int> {
        if listed?.isEmpty == false {
            report(
                "layer_types has layers other than \"full_attention\", which this family does not have; use another "
                    + "model")
        }
        return []
    }

    /// Where the size alone decides, `layer_types` has to agree.
    private mutating func everywhere(_ listed: Set<Int>?, of layers: Int, size: Int?) -> Set<Int> {
        let all: Set<Int> = size == nil ? [] : Set(0..<layers)
        if let listed, listed != all {
            report(
                "layer_types and sliding_window disagree: all layers of this family have the window, or none; leave "
                    + "layer_types out")
        }
        return all
    }

    // MARK: Rotation

    /// The layers that are not rotated: zeros of `no_rope_layers`, or every `no_rope_layer_interval`th layer.
    mutating func unrotatedLayers(of layers: Int?) -> Set<Int>? {
        guard let layers else { return nil }
        guard let flags = list("no_rope_layers") else {
            guard let interval = size("no_rope_layer_interval", default: 4, upTo: .max) else { return nil }
            return Set(0..<layers).filter { ($0 + 1) % interval == 0 }
        }
        guard flags.count >= layers else {
            report(
                "no_rope_layers has \(flags.count) entries and num_hidden_layers is \(layers); give one for each layer")
            return nil
        }
        let zeros: [JSONValue] = [.integer(0), .bool(false)], ones: [JSONValue] = [.integer(1), .bool(true)]
        if let other = flags.first(where: { !zeros.contains($0) && !ones.contains($0) }) {
            report("no_rope_layers has \(other); give 1 for a layer that is rotated and 0 for one that is not")
            return nil
        }
        return Set((0..<layers).filter { zeros.contains(flags[$0]) })
    }

    // MARK: Experts

    /// nil if no layer has experts, or if there is a problem.
    mutating func experts(layers: Int?) -> PolicyConfiguration.Experts? {
        let name = self["num_experts"] == nil ? "num_local_experts" : "num_experts"
        let count = self.count(name, default: 128, upTo: SizeLimit.experts)
        let perToken = size("num_experts_per_tok", default: 8, upTo: SizeLimit.experts)
        let feedForward = size("moe_intermediate_size", default: 768, upTo: SizeLimit.width)
        let normalises = flag("norm_topk_prob", default: false)
        let step = size("decoder_sparse_step", default: 1, upTo: .max)
        let dense = list("mlp_only_layers") ?? []
        guard let layers, let count, let perToken, let feedForward, let step else { return nil }
        let chosen = Set(0..<layers).filter { ($0 + 1) % step == 0 && !dense.contains(.integer($0)) }
        guard count > 0, !chosen.isEmpty else { return nil }
        guard perToken <= count else {
            report("num_experts_per_tok is \(perToken); it has to be at most \(name), \(count)")
            return nil
        }
        guard count * chosen.count <= SizeLimit.allExperts else {
            report(
                "\(name) is \(count), in \(chosen.count) layers; at most \(SizeLimit.allExperts) experts are computed")
            return nil
        }
        return PolicyConfiguration.Experts(
            count: count, perToken: perToken, feedForwardSize: feedForward, normalisesWeights: normalises,
            layers: chosen)
    }
}
