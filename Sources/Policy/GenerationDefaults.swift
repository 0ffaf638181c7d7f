public import Foundation

/// How a policy's authors suggest to sample from it: generation_config.json.
///
/// Nil means that the file does not say.
public struct GenerationDefaults: Sendable, Hashable {
    /// Whether `do_sample` is false: take the most probable token unless asked otherwise.
    public var isGreedy = false
    public var temperature: Float?
    public var topP: Float?
    public var topK: Int?
    public var minP: Float?
    public var repetitionPenalty: Float?

    public init() {}

    /// Reads generation_config.json of a folder; without one nothing is suggested.
    ///
    /// - Throws: `PolicyError` naming the file and every field that does not work.
    public init(directory: URL) throws {
        let file = directory.appendingPathComponent("generation_config.json")
        let data = try PolicyDirectory.contentsIfPresent(of: file)
        try self.init(json: data ?? Data("{}".utf8), file: file.path)
    }

    /// Reads the file's contents; its name is for messages.
    public init(json: Data, file: String = "generation_config.json") throws {
        var fields = ConfigurationFields(try JSONValue.parseObject(json, file: file))
        isGreedy = !fields.flag("do_sample", default: true)
        temperature = fields.number("temperature", "of at least 0") { $0 >= 0 }.map { Float($0) }
        topP = fields.number("top_p", "above 0 and at most 1") { $0 > 0 && $0 <= 1 }.map { Float($0) }
        topK = fields.number("top_k", "that is whole and at least 0") { $0 >= 0 && Int(exactly: $0) != nil }
            .map { Int($0) }
        minP = fields.number("min_p", "from 0 to 1") { (0...1).contains($0) }.map { Float($0) }
        repetitionPenalty = fields.positive("repetition_penalty").map { Float($0) }
        try fields.finish(file: file)
    }
}
