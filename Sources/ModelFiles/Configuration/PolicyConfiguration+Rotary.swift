internal import Foundation

extension ConfigurationFields {
    /// Rotary base and scaling, from `rope_parameters` or from `rope_theta` and `rope_scaling`.
    ///
    /// `rope_scaling` takes precedence over `rope_parameters`, and a `rope_theta` inside either over the one next to
    /// them, as in transformers. The base defaults to 10000.
    mutating func rotary(context: Int?) -> (theta: Double, scaling: PolicyConfiguration.RotaryScaling)? {
        let name = self["rope_scaling"] != nil ? "rope_scaling" : "rope_parameters"
        var parameters = ConfigurationFields([:])
        switch self[name] {
        case nil: break
        case .object(let values):
            parameters = ConfigurationFields(values, prefix: "\(name).")
            parameters.refuseNestedObjects(values)
        case .some(let value): report(name, is: value, needs: "give an object or null")
        }
        let outerTheta = self["rope_theta"] == nil ? 10000 : positive("rope_theta")
        let theta = parameters["rope_theta"] == nil ? outerTheta : parameters.positive("rope_theta")
        let scaling = parameters.rotaryScaling(context: context)
        let partial = number("partial_rotary_factor", "equal to 1: every pair is turned") { $0 == 1 }
        _ = parameters.number("partial_rotary_factor", "equal to 1: every pair is turned") { $0 == 1 }
        adopt(parameters)
        guard let theta, let scaling, partial != nil || self["partial_rotary_factor"] == nil else { return nil }
        return (theta, scaling)
    }

    /// Some models of other families rotate some layers differently and have an object for each kind of layer.
    private mutating func refuseNestedObjects(_ values: [String: JSONValue]) {
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            guard case .object = value else { continue }
            report(name, is: value, needs: "only one rotation for all layers is computed; use another model")
        }
    }

    /// Fields of one rope object; older files say `type`, newer ones `rope_type`.
    private mutating func rotaryScaling(context: Int?) -> PolicyConfiguration.RotaryScaling? {
        let kind = self["rope_type"] != nil ? text("rope_type") : self["type"] != nil ? text("type") : "default"
        switch kind {
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
