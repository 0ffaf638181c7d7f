internal import Foundation

/// How a GGUF file says that rotary frequencies are scaled, put as `rope_scaling` of config.json.
///
/// `linear` and `yarn` are named in the metadata. Llama 3's scaling is a tensor with a divisor for each frequency,
/// `rope_freqs.weight`, from which the four numbers that it was made from are found again.
struct GGUFRotary {
    private let file: GGUFFile
    private let metadata: GGUFMetadata
    private let prefix: String

    private static let factorsName = "rope_freqs.weight"
    private static let longName = "rope_factors_long.weight"
    private static let shortName = "rope_factors_short.weight"

    /// Tensors that are no weights.
    static let tensorNames = [factorsName, longName, shortName]

    init(_ file: GGUFFile, prefix: String) {
        self.file = file
        self.prefix = prefix
        metadata = file.metadata
    }

    private func key(_ name: String) -> String { "\(prefix).rope.scaling.\(name)" }

    /// nil if frequencies are not scaled.
    ///
    /// - Parameter fields: Those of config.json so far, for `rope_theta`.
    func field(_ fields: [String: JSONValue], headSize: Int) throws -> JSONValue? {
        for name in [Self.longName, Self.shortName] where file.shape(of: name) != nil {
            throw notComputed("tensor '\(name)'")
        }
        let kind = try metadata.text(key("type")) ?? "none"
        let named = try named(kind)
        guard file.shape(of: Self.factorsName) != nil else { return named }
        guard named == nil else { throw notComputed("tensor '\(Self.factorsName)' and '\(key("type"))' \(kind)") }
        return try llama3(theta: fields["rope_theta"], headSize: headSize)
    }

    /// The factors of LongRoPE, which are tensors; nil if there are none.
    func longRope() throws -> JSONValue? {
        guard let long = try factors(Self.longName), let short = try factors(Self.shortName) else { return nil }
        var fields: [String: JSONValue] = [
            "type": .string("longrope"), "long_factor": .array(long), "short_factor": .array(short),
        ]
        let original = try metadata.required(key("original_context_length"), metadata.count)
        let context = try metadata.required("\(prefix).context_length", metadata.count)
        guard let factor = try metadata.double(key("attn_factor")), original > 1 else { return .object(fields) }
        // Files have float32's of what follows from the contexts.
        let implied = LayerPlan.Rotary.longAttentionFactor(Double(context) / Double(original), original)
        if Float(factor) != Float(implied) { fields["attention_factor"] = .number(factor) }
        return .object(fields)
    }

    private func factors(_ name: String) throws -> [JSONValue]? {
        guard let tensor = file.tensor(name) else { return nil }
        let numbers = tensor.floats()
        try tensor.finishReading()
        // Through their texts, to get the few digits that were meant.
        return numbers.map { .number(Double("\($0)") ?? Double($0)) }
    }

    private func notComputed(_ what: String) -> PolicyError {
        GGUFFailure.unsupported(
            metadata.file, "\(what): such scaling of rotary frequencies is not computed. Use another model.")
    }

    // MARK: Named scalings

    private func named(_ kind: String) throws -> JSONValue? {
        let factor = try metadata.number(key("factor"))
        switch kind {
        case "none":
            // Older files give a factor alone.
            guard let factor = try metadata.number("\(prefix).rope.scale_linear"), factor != .number(1),
                factor != .integer(1)
            else { return nil }
            return .object(["rope_type": .string("linear"), "factor": factor])
        case "linear":
            guard let factor else { throw missing("factor") }
            return .object(["rope_type": .string("linear"), "factor": factor])
        case "yarn": return try yarn(factor)
        default: throw notComputed("metadata key '\(key("type"))' is '\(kind)'")
        }
    }

    private func missing(_ name: String) -> PolicyError {
        GGUFFailure.invalid(metadata.file, "metadata key '\(key(name))' is missing.")
    }

    private func yarn(_ factor: JSONValue?) throws -> JSONValue {
        guard let factor, let size = try metadata.double(key("factor")) else { throw missing("factor") }
        if let extrapolation = try metadata.double(key("yarn_ext_factor")), extrapolation != 1, extrapolation >= 0 {
            throw notComputed("metadata key '\(key("yarn_ext_factor"))' is \(extrapolation)")
        }
        var fields: [String: JSONValue] = ["rope_type": .string("yarn"), "factor": factor]
        fields["original_max_position_embeddings"] = try metadata.number(key("original_context_length"))
        fields["beta_fast"] = try metadata.number(key("yarn_beta_fast"))
        fields["beta_slow"] = try metadata.number(key("yarn_beta_slow"))
        // Files have a factor on top of the usual one.
        let further = try metadata.double(key("attn_factor")) ?? metadata.double(key("yarn_attn_factor"))
        if let further, further != 1 {
            fields["attention_factor"] = .number(further * (size > 1 ? 0.1 * log(size) + 1 : 1))
        }
        return .object(fields)
    }

    // MARK: Llama 3

    private func llama3(theta: JSONValue?, headSize: Int) throws -> JSONValue? {
        let name = Self.factorsName
        guard let tensor = file.tensor(name), tensor.shape.count == 1, tensor.elementCount == headSize / 2 else {
            throw GGUFFailure.invalid(
                metadata.file, "tensor '\(name)' should have \(headSize / 2) elements, half those of a head.")
        }
        let divisors = tensor.floats().map(Double.init)
        try tensor.finishReading()
        guard divisors.contains(where: { $0 != 1 }) else { return nil }
        let base: Double? =
            switch theta {
            case .integer(let number): Double(number)
            case .number(let number): number
            default: nil
            }
        guard let base, base > 0,
            let scaling = Llama3Scaling(
                divisors: divisors, theta: base, original: try metadata.count(key("original_context_length")))
        else {
            throw GGUFFailure.unsupported(
                metadata.file,
                "tensor '\(name)' has divisors that are not Llama 3's, which are not computed. Use another model.")
        }
        return .object([
            "rope_type": .string("llama3"), "factor": .number(scaling.factor),
            "low_freq_factor": .number(scaling.low), "high_freq_factor": .number(scaling.high),
            "original_max_position_embeddings": .integer(scaling.original),
        ])
    }
}

/// The four numbers from which Llama 3's divisors of rotary frequencies are made.
///
/// With t_i = original w_i / 2 pi turns of pair i within the original context, the divisor is 1 above `high` turns,
/// `factor` below `low`, and between them 1 / ((1 - s) / factor + s) with s = (t_i - low) / (high - low). Only
/// original / low and original / high matter; `low` is 1, as in all published models.
struct Llama3Scaling: Equatable {
    let factor: Double
    let low: Double
    let high: Double
    let original: Int

    init(factor: Double, low: Double, high: Double, original: Int) {
        self.factor = factor
        self.low = low
        self.high = high
        self.original = original
    }

    /// The divisor of each pair's frequency.
    func divisors(theta: Double, count: Int) -> [Double] {
        let rotary = LayerPlan.Rotary(
            size: 2 * count, theta: theta,
            scaling: .llama3(
                factor: factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalContext: original))
        let plain = LayerPlan.Rotary(size: 2 * count, theta: theta, scaling: .none)
        return zip(plain.frequencies().perToken, rotary.frequencies().perToken).map { $0 / $1 }
    }

    /// Finds the numbers of given divisors, [D/2], which are float32's; nil if there are none.
    ///
    /// - Parameter original: The original context, if the file says it: few pairs are not enough to find it.
    init?(divisors: [Double], theta: Double, original: Int? = nil) {
        guard let factor = divisors.max(), factor > 1, factor.isFinite, divisors.allSatisfy({ $0 >= 1 }) else {
            return nil
        }
        let contexts = [original, 8192].compactMap { $0 }.filter { (1...SizeLimit.context).contains($0) }
        let usual = contexts.map { Self(factor: factor, low: 1, high: 4, original: $0) }
        let candidates = usual + [Self(blendOf: divisors, factor: factor, theta: theta)].compactMap { $0 }
        // Divisors have seven digits; those of the blend are quotients of differences.
        let match = candidates.first { candidate in
            zip(candidate.divisors(theta: theta, count: divisors.count), divisors).allSatisfy {
                abs($0 / $1 - 1) < 1e-5
            }
        }
        guard let match else { return nil }
        self = match
    }

    /// From the line through the first and the last blended pair: s is linear in the frequency.
    private init?(blendOf divisors: [Double], factor: Double, theta: Double) {
        let count = Double(2 * divisors.count)
        let blended = divisors.enumerated().compactMap { index, divisor -> (frequency: Double, s: Double)? in
            guard divisor > 1.0001, divisor < factor * 0.9999 else { return nil }
            return (pow(theta, -2 * Double(index) / count), (1 / divisor - 1 / factor) / (1 - 1 / factor))
        }
        guard let first = blended.first, let last = blended.last, first.frequency > last.frequency else { return nil }
        let slope = (first.s - last.s) / (first.frequency - last.frequency)
        let start = first.s - slope * first.frequency
        guard slope > 0, start < 0 else { return nil }
        let high = (1 - 1 / start) * 1e4
        let original = 2 * Double.pi * slope * (high / 1e4 - 1)
        guard high.isFinite, high < 1e9, let rounded = Int(exactly: original.rounded()),
            (1...SizeLimit.context).contains(rounded)
        else { return nil }
        self.init(factor: factor, low: 1, high: high.rounded() / 1e4, original: rounded)
    }
}
