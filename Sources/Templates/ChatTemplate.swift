import Foundation

/// Renders a conversation as the text a model was trained on, using the Jinja template that came with the model.
///
/// Templates render as in `transformers`: in Jinja's sandbox, where nothing modifies a list or a dictionary; line
/// breaks after blocks and space before them are dropped, `tojson` writes plain JSON, and `raise_exception` and
/// `strftime_now` exist. The few unsupported Jinja features are refused by name when a template reaches them. Rendering
/// is bounded in steps, time, output and depth.
public struct ChatTemplate: Sendable {
    private let source: TemplateSource
    private let binding: TemplateBinding

    /// The processor time one rendering may use.
    public static let timeLimit = Duration.seconds(2)

    /// Reads a template's source.
    public init(_ source: String) throws {
        self.source = try TemplateParser.parse(source)
        binding = try TemplateBinder.bind(self.source)
    }

    /// Renders a conversation.
    ///
    /// - Parameters:
    ///   - messages: The messages so far, each with "role", "content" and whatever else the template reads.
    ///   - addGenerationPrompt: Whether to end with the beginning of an answer.
    ///   - variables: Further variables for the template, such as "bos_token", "tools" or "enable_thinking". "tools"
    ///     and "documents" are none unless given.
    ///   - timeLimit: The most processor time the calling thread may use.
    public func render(
        messages: [TemplateObject], addGenerationPrompt: Bool, variables: [String: TemplateValue] = [:],
        timeLimit: Duration = Self.timeLimit
    ) throws -> String {
        try render(
            messages: messages, addGenerationPrompt: addGenerationPrompt, variables: variables, timeLimit: timeLimit,
            now: Date())
    }

    func render(
        messages: [TemplateObject], addGenerationPrompt: Bool, variables: [String: TemplateValue],
        steps: Int = PythonRuntime.Limits.steps, timeLimit: Duration = Self.timeLimit, now: Date
    ) throws -> String {
        let runtime = PythonRuntime(steps: steps, timeLimit: timeLimit)
        var names: [String: PythonValue] = ["tools": .none, "documents": .none]
        for (name, value) in variables { names[name] = try runtime.convert(value) }
        names["messages"] = try runtime.convert(messages)
        names["add_generation_prompt"] = .bool(addGenerationPrompt)
        let interpreter = TemplateInterpreter(binding, variables: names, runtime) { Self.format(now, $0) }
        return try interpreter.render(source.body)
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
