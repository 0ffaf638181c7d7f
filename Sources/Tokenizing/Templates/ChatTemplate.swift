import Foundation

/// Writes a conversation as the text a model was trained on, by the Jinja template that came with the model.
///
/// The interpreter covers what published chat templates use, and renders as `transformers` does: line breaks after
/// blocks and space before them are dropped, `tojson` writes plain JSON, `raise_exception` and `strftime_now` exist.
/// What it does not know is refused by name. Rendering is bounded in steps, output and depth.
public struct ChatTemplate: Sendable {
    private let statements: [TemplateStatement]

    /// Reads a template's source.
    public init(_ source: String) throws {
        statements = try TemplateParser.parse(source)
    }

    /// Renders a conversation.
    ///
    /// - Parameters:
    ///   - messages: What has been said, each with "role", "content" and whatever else the template looks at.
    ///   - addGenerationPrompt: Whether to end with the beginning of an answer.
    ///   - variables: More names for the template, such as "bos_token", "tools" or "enable_thinking". "tools" and
    ///     "documents" are none unless given.
    public func render(
        messages: [TemplateObject], addGenerationPrompt: Bool, variables: [String: TemplateValue] = [:]
    ) throws -> String {
        try render(messages: messages, addGenerationPrompt: addGenerationPrompt, variables: variables, now: Date())
    }

    func render(
        messages: [TemplateObject], addGenerationPrompt: Bool, variables: [String: TemplateValue], now: Date
    ) throws -> String {
        var names: [String: TemplateValue] = ["tools": .none, "documents": .none]
        names.merge(variables) { $1 }
        names["messages"] = .array(messages.map { .object($0) })
        names["add_generation_prompt"] = .bool(addGenerationPrompt)
        let interpreter = TemplateInterpreter(variables: names) { Self.format(now, $0) }
        for value in names.values { try interpreter.checkDepth(of: value, 1) }
        return try interpreter.render(statements)
    }

    /// `strftime` in local time.
    private static func format(_ date: Date, _ format: String) -> String {
        var seconds = time_t(date.timeIntervalSince1970.rounded(.down))
        var parts = tm()
        localtime_r(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: format.utf8.count * 16 + 64)
        let length = strftime(&buffer, buffer.count, format, &parts)
        return String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
