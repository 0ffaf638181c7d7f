public import Foundation

/// The authors' suggestions for sampling from a policy: generation_config.json.
///
/// nil means that the file does not say.
public struct GenerationDefaults: Sendable, Hashable {
    /// Whether `do_sample` is false: take the most probable token unless asked otherwise.
    public var isGreedy = false
    public var temperature: Float?
    public var topP: Float?
    public var topK: Int?
    public var minP: Float?
    public var repetitionPenalty: Float?

    public init() {}
}

/// generation_config.json: suggestions for sampling, and where responses end.
///
/// A policy can be computed without it, so nothing in it causes the policy to be refused: unusable values are left out,
/// with a warning that names the field. Numbers are stored in 32 bits; those that would round to zero or infinity are
/// left out as well.
public struct GenerationFile: Sendable, Hashable {
    public private(set) var defaults = GenerationDefaults()
    /// nil if the file does not say.
    public private(set) var endOfSequence: [Int32]?
    /// Notes on what was left out, with the file's name.
    public private(set) var warnings: [String] = []

    /// Parses the file's contents; nil means the folder has none. The name is for messages.
    ///
    /// - Parameter vocabulary: V: ids of end tokens must be below it.
    public init(json: Data?, file: String = "generation_config.json", vocabulary: Int) {
        guard let json else { return }
        do {
            var fields = ConfigurationFields(try JSONValue.parseObject(json, file: file))
            defaults = GenerationDefaults(&fields)
            endOfSequence = fields.tokens("eos_token_id", vocabulary: vocabulary)
            warnings = (fields.problems + fields.warnings).map { "\(file): \($0). It is left out." }
        } catch {
            let reason = (error as? PolicyError)?.message ?? "\(error)"
            warnings = [json.isEmpty ? "\(file) is empty." : "\(reason) Nothing of it is used."]
        }
    }
}

extension GenerationDefaults {
    fileprivate init(_ fields: inout ConfigurationFields) {
        isGreedy = !fields.flag("do_sample", default: true)
        temperature = fields.number("temperature", "of at least 0") { $0 >= 0 && Float($0).isFinite }.map { Float($0) }
        topP = fields.number("top_p", "above 0 and at most 1") { Float($0) > 0 && $0 <= 1 }.map { Float($0) }
        topK = fields.number("top_k", "that is whole and at least 0") { $0 >= 0 && Int(exactly: $0) != nil }
            .map { Int($0) }
        minP = fields.number("min_p", "from 0 to 1") { (0...1).contains($0) }.map { Float($0) }
        repetitionPenalty = fields.positiveFloat("repetition_penalty").map { Float($0) }
    }
}
