internal import Foundation

/// What config.json says of rotary position embedding.
struct RotaryFields {
    let theta: Double
    let scaling: PolicyConfiguration.RotaryScaling
    /// nil if all of a head is rotated.
    var size: Int?
    /// nil if layers with a window have the others' base.
    var windowTheta: Double?
}

extension ConfigurationFields {
    /// Rotary base and scaling, from `rope_parameters` or from `rope_theta` and `rope_scaling`.
    ///
    /// `rope_scaling` takes precedence over `rope_parameters`, and a `rope_theta` inside either over the one next to
    /// them, as in transformers.
    mutating func rotary(_ traits: FamilyTraits, headSize: Int?, context: Int?) -> RotaryFields? {
        if let windowTheta = traits.windowTheta {
            return rotaryByKind(theta: traits.theta, windowTheta: windowTheta, context: context)
        }
        let name = self["rope_scaling"] != nil ? "rope_scaling" : "rope_parameters"
        var parameters = object(name) ?? ConfigurationFields([:])
        parameters.refuseNestedObjects()
        let outerTheta = positive("rope_theta", default: traits.theta)
        let theta = parameters["rope_theta"] == nil ? outerTheta : parameters.positive("rope_theta")
        let size = rotatedSize(traits, headSize: headSize, &parameters)
        let scaling: PolicyConfiguration.RotaryScaling?
        if traits.rotatesPart {
            let original = self.size("original_max_position_embeddings", default: 4096, upTo: SizeLimit.context)
            scaling = parameters.longRope(original: original, context: context, rotated: size ?? headSize)
        } else {
            scaling = parameters.rotaryScaling(context: context)
        }
        adopt(parameters)
        guard let theta, let scaling else { return nil }
        return RotaryFields(theta: theta, scaling: scaling, size: size)
    }

    /// Layers with a window and others have a base each, and only the latter's frequencies may be scaled: in
    /// `rope_parameters` an object for either, or `rope_theta`, `rope_scaling` and `rope_local_base_freq`.
    private mutating func rotaryByKind(theta: Double, windowTheta: Double, context: Int?) -> RotaryFields? {
        var nested = object("rope_parameters") ?? ConfigurationFields([:])
        nested.refuseFields(otherThan: ["full_attention", "sliding_attention"])
        var full = nested.object("full_attention") ?? ConfigurationFields([:])
        var limited = nested.object("sliding_attention") ?? ConfigurationFields([:])
        // As in transformers, fields of `rope_scaling` take precedence one by one.
        full.replaceFields(by: object("rope_scaling"))
        let outerTheta = positive("rope_theta", default: theta)
        let fullTheta = full["rope_theta"] == nil ? outerTheta : full.positive("rope_theta")
        let outerLimited = positive("rope_local_base_freq", default: windowTheta)
        let limitedTheta = limited["rope_theta"] == nil ? outerLimited : limited.positive("rope_theta")
        let scaling = full.rotaryScaling(context: context)
        if let kind = limited.rotaryKind(), kind != "default" {
            limited.report(
                "rope_type", is: .string(kind),
                needs: "layers with a window are rotated without scaling; use another model")
        }
        for fields in [nested, full, limited] { adopt(fields) }
        guard let fullTheta, let limitedTheta, let scaling else { return nil }
        return RotaryFields(theta: fullTheta, scaling: scaling, windowTheta: limitedTheta)
    }

    /// How much of a head `partial_rotary_factor` rotates; nil for all of it, or if there is a problem.
    private mutating func rotatedSize(
        _ traits: FamilyTraits, headSize: Int?, _ parameters: inout ConfigurationFields
    ) -> Int? {
        let name = "partial_rotary_factor"
        guard traits.rotatesPart else {
            let range = "equal to 1: every pair is turned"
            _ = number(name, range) { $0 == 1 }
            _ = parameters.number(name, range) { $0 == 1 }
            return nil
        }
        let range = "above 0 and at most 1", isValid = { (factor: Double) in factor > 0 && factor <= 1 }
        let outer = number(name, range, where: isValid)
        let factor = parameters[name] == nil ? outer : parameters.number(name, range, where: isValid)
        guard let headSize, let factor, factor < 1 else { return nil }
        let size = Int(Double(headSize) * factor)
        guard size > 0, size.isMultiple(of: 2) else {
            report(
                "\(name) is \(factor) of head_dim \(headSize), which is \(size) numbers; give an even share of a head")
            return nil
        }
        return size
    }

    /// Some models of other families rotate some layers differently and have an object for each kind of layer.
    private mutating func refuseNestedObjects() {
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            guard case .object = value else { continue }
            report(name, is: value, needs: "only one rotation for all layers is computed; use another model")
        }
    }

    private mutating func refuseFields(otherThan known: [String]) {
        for (name, value) in values.sorted(by: { $0.key < $1.key }) where !known.contains(name) {
            report(name, is: value, needs: "give an object for each of \(known.joined(separator: " and "))")
        }
    }

    private mutating func replaceFields(by other: ConfigurationFields?) {
        guard let other else { return }
        values.merge(other.values) { $1 }
        prefix = other.prefix
    }

    /// Fields of one rope object; older files say `type`, newer ones `rope_type`.
    private mutating func rotaryKind() -> String? {
        self["rope_type"] != nil ? text("rope_type") : self["type"] != nil ? text("type") : "default"
    }

    private mutating func rotaryScaling(context: Int?) -> PolicyConfiguration.RotaryScaling? {
        switch rotaryKind() {
        case nil: return nil
        case "default": return PolicyConfiguration.RotaryScaling.none
        case "linear": return required("factor").map { .linear(factor: $0) }
        case "llama3": return llama3(context: context)
        case "yarn": return yarn(context: context)
        case .some(let other):
            report("\(prefix)rope_type is \"\(other)\"; default, linear, llama3 and yarn are computed")
            return nil
        }
    }

    /// Files of Phi-3 know no other scaling; older ones call it `su` or `yarn`.
    private mutating func longRope(
        original: Int?, context: Int?, rotated: Int?
    ) -> PolicyConfiguration.RotaryScaling? {
        switch rotaryKind() {
        case nil: return nil
        case "default": return PolicyConfiguration.RotaryScaling.none
        case "longrope", "su", "yarn": break
        case .some(let other):
            report("\(prefix)rope_type is \"\(other)\"; default and longrope are computed")
            return nil
        }
        let short = factors("short_factor", rotated: rotated), long = factors("long_factor", rotated: rotated)
        let factor = self["factor"] == nil ? nil : positive("factor")
        let given = self["attention_factor"] == nil ? nil : positive("attention_factor")
        guard let original, let short, let long else { return nil }
        guard original > 1 else {
            report("original_max_position_embeddings is 1; give the context that the model was trained with first")
            return nil
        }
        let implied = factor.map { LayerPlan.Rotary.longAttentionFactor($0, original) }
        return .longRope(short: short, long: long, originalContext: original, attentionFactor: given ?? implied)
    }

    /// A number for each rotated pair.
    private mutating func factors(_ name: String, rotated: Int?) -> [Double]? {
        if self[name] == nil { report("\(prefix)\(name) is missing; give a list of numbers above 0") }
        guard let elements = list(name), let rotated else { return nil }
        let numbers = elements.compactMap { element -> Double? in
            switch element {
            case .integer(let number) where number > 0: Double(number)
            case .number(let number) where number > 0 && number.isFinite: number
            default: nil
            }
        }
        guard numbers.count == elements.count, numbers.count == rotated / 2 else {
            report(
                "\(prefix)\(name) has \(elements.count) entries; give \(rotated / 2) numbers above 0, one for each pair"
            )
            return nil
        }
        return numbers
    }

    private mutating func llama3(context: Int?) -> PolicyConfiguration.RotaryScaling? {
        let factor = required("factor")
        let low = required("low_freq_factor")
        let high = required("high_freq_factor")
        let original = size("original_max_position_embeddings", default: context, upTo: SizeLimit.context)
        guard let factor, let low, let high, let original else { return nil }
        guard high > low else {
            report("\(prefix)high_freq_factor is \(high); it has to be above low_freq_factor, \(low)")
            return nil
        }
        return .llama3(
            factor: factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalContext: original)
    }

    private mutating func yarn(context: Int?) -> PolicyConfiguration.RotaryScaling? {
        let original = size("original_max_position_embeddings", default: context, upTo: SizeLimit.context)
        let stretched = context.flatMap { context in original.map { Double(context) / Double($0) } }
        let factor = self["factor"] == nil ? stretched : positive("factor")
        let fast = self["beta_fast"] == nil ? 32 : positive("beta_fast")
        let slow = self["beta_slow"] == nil ? 1 : positive("beta_slow")
        let given = self["attention_factor"] == nil ? nil : positive("attention_factor")
        let scale = number("mscale", "at least 0") { $0 >= 0 } ?? 0
        let scaleOfAll = number("mscale_all_dim", "at least 0") { $0 >= 0 } ?? 0
        if !flag("truncate", default: true) {
            report("\(prefix)truncate is false; only rounded correction ranges are computed, so give true")
        }
        guard let original, let factor, let fast, let slow else { return nil }
        guard fast > slow else {
            report("\(prefix)beta_fast is \(fast); it has to be above beta_slow, \(slow)")
            return nil
        }
        // Two scales, as in DeepSeek's files, denote the quotient of their attention factors.
        let attention = { (scale: Double) in factor <= 1 ? 1 : 0.1 * scale * log(factor) + 1 }
        let quotient = scale > 0 && scaleOfAll > 0 ? attention(scale) / attention(scaleOfAll) : nil
        return .yarn(
            factor: factor, originalContext: original, betaFast: fast, betaSlow: slow,
            attentionFactor: given ?? quotient)
    }

    private mutating func required(_ name: String) -> Double? {
        if self[name] == nil { report("\(prefix)\(name) is missing; give a number above 0") }
        return positive(name)
    }
}
