public import Basics
import JSONCoding
import Templates

/// A conversation, for a policy's chat template.
public struct ChatPrompt: Sendable, Hashable {
    public var messages: [ChatMessage]
    /// Whether the rendering ends with the opening of an assistant's turn.
    public var addsGenerationPrompt = true
    /// Whether the rendering ends with the last message, which the response continues.
    public var continuesLastMessage = false
    /// Passed to the template if set.
    public var enablesThinking: Bool?
    /// The functions that may be called: a JSON array in OpenAI's form; empty if there are none.
    public var tools = ""
    /// Further arguments for the template: a JSON object; empty if there are none.
    public var templateArguments = ""

    public init(_ messages: [ChatMessage]) { self.messages = messages }

    /// Whether there are tools; an empty list has none.
    var bringsTools: Bool { !tools.isEmpty && tools.filter { !$0.isWhitespace } != "[]" }
}

/// What a template receives, with its texts changed.
struct ChatVariables {
    let messages: [TemplateObject]
    let variables: [String: TemplateValue]

    /// - Throws: `PromptError.malformedJSON`.
    init(_ chat: ChatPrompt, _ change: (String) -> String) throws(PromptError) {
        var messages: [TemplateObject] = []
        for message in chat.messages { messages.append(try Self.object(message, change)) }
        self.messages = messages
        var variables: [String: TemplateValue] = [:]
        if !chat.templateArguments.isEmpty {
            guard case .object(let arguments) = try Self.json(chat.templateArguments, "template_arguments") else {
                throw .malformedJSON(field: "template_arguments", needs: "an object")
            }
            for (name, value) in arguments.members { variables[name] = value.mapTexts(change) }
        }
        // What a template can read besides the messages, as provided by transformers' `apply_chat_template`.
        if let enablesThinking = chat.enablesThinking { variables["enable_thinking"] = .bool(enablesThinking) }
        if chat.bringsTools { variables["tools"] = try Self.list(chat.tools, "tools").mapTexts(change) }
        self.variables = variables
    }

    private static func object(
        _ message: ChatMessage, _ change: (String) -> String
    ) throws(PromptError) -> TemplateObject {
        var object = TemplateObject.message(role: change(message.role), content: change(message.content))
        if !message.reasoningContent.isEmpty {
            object["reasoning_content"] = .string(change(message.reasoningContent))
        }
        if !message.toolCalls.isEmpty {
            object["tool_calls"] = try withParsedArguments(list(message.toolCalls, "tool_calls")).mapTexts(change)
        }
        if !message.toolCallID.isEmpty { object["tool_call_id"] = .string(change(message.toolCallID)) }
        if !message.name.isEmpty { object["name"] = .string(change(message.name)) }
        return object
    }

    /// Parses the calls' arguments: clients send them as text, but templates expect objects.
    private static func withParsedArguments(_ calls: TemplateValue) -> TemplateValue {
        guard case .array(let calls) = calls else { return calls }
        return .array(
            calls.map { call in
                guard case .object(var call) = call, case .object(var function)? = call["function"],
                    case .string(let text)? = function["arguments"],
                    let arguments = try? JSONReader.parse(Array(text.utf8))
                else { return call }
                function["arguments"] = TemplateValue(arguments)
                call["function"] = .object(function)
                return .object(call)
            })
    }

    private static func list(_ text: String, _ field: String) throws(PromptError) -> TemplateValue {
        let value = try json(text, field)
        guard case .array = value else { throw .malformedJSON(field: field, needs: "an array") }
        return value
    }

    private static func json(_ text: String, _ field: String) throws(PromptError) -> TemplateValue {
        do {
            return TemplateValue(try JSONReader.parse(Array(text.utf8)))
        } catch {
            throw .malformedJSON(field: field, needs: "JSON")
        }
    }

    /// All texts that a template receives from the conversation.
    var texts: [String] {
        messages.flatMap { TemplateValue.object($0).texts } + variables.values.flatMap(\.texts)
    }
}
