import JSONCoding
import Wire

/// A request to `/v1/responses`, converted to a chat and options.
///
/// Source: the Open Responses specification of April 2026, as far as a server without stored state can follow it.
struct ResponsesInput: Sendable {
    var chat = V1.Chat()
    var options: CompletionOptions
    var hasTools = false
    var allowsSeveralCalls = true
    /// The number of alternatives per token; nil if logprobs are not requested.
    var topLogprobs: Int32?
    /// Members that the response returns as they were sent.
    private(set) var echoed: [JSONMember] = []

    init(_ fields: inout RequestFields) throws(DoorError) {
        let instructions = try fields.string("instructions")
        if let instructions { chat.messages.append(Self.message("system", instructions)) }
        echoed.append(JSONMember(key: "instructions", value: instructions.map { .string($0) } ?? .null))
        guard let input = fields.take("input") else {
            throw DoorError(400, "input: It is missing. Give a text or a list of items.", field: "input")
        }
        let limit = try fields.integer("max_output_tokens")
        echoed.append(JSONMember(key: "max_output_tokens", value: limit.map { .whole($0) } ?? .null))
        let effort = try Self.effort(&fields)
        let tools = fields.take("tools"), choice = fields.take("tool_choice")
        allowsSeveralCalls = try fields.flag("parallel_tool_calls", default: true)
        let top = try fields.integer("top_logprobs")
        var wantsLogprobs = false
        if let include = fields.take("include") {
            for element in try include.elements() {
                switch try element.string() {
                case "message.output_text.logprobs": wantsLogprobs = true
                case "reasoning.encrypted_content": break
                case let other: throw .unsupported("\(element.path) \(other)", "the server keeps nothing to include.")
                }
            }
        }
        topLogprobs = wantsLogprobs || top ?? 0 > 0 ? top ?? 0 : nil
        try Self.checkForm(&fields)
        options = try CompletionOptions(&fields, defaultTokens: limit)
        try read(input)
        if let effort {
            chat.templateArguments = JSONValue.fields(["reasoning_effort": .string(effort)]).compact
            if effort == "none" { chat.enableThinking = false }
        }
        if let tools { try read(tools: tools, choice) }
        for member in [
            ("parallel_tool_calls", JSONValue.bool(allowsSeveralCalls)), ("tools", tools?.value ?? .array([])),
        ] {
            echoed.append(JSONMember(key: member.0, value: member.1))
        }
        echoed.append(JSONMember(key: "tool_choice", value: choice?.value ?? .string("auto")))
    }

    private static func message(_ role: String, _ content: String) -> V1.ChatMessage {
        var message = V1.ChatMessage()
        message.role = role
        message.content = content
        return message
    }

    private static func effort(_ fields: inout RequestFields) throws(DoorError) -> String? {
        guard let reasoning = fields.take("reasoning") else { return nil }
        return try reasoning.member("effort")?.string()
    }

    /// Rejects members that require stored state or something other than text.
    private static func checkForm(_ fields: inout RequestFields) throws(DoorError) {
        try fields.refuse("previous_response_id", "the server keeps no responses. Send the items of the conversation.")
        try fields.refuse("conversation", "the server keeps no conversations. Send the items.")
        try fields.refuse("prompt", "the server keeps no prompts. Send instructions and input.")
        try fields.refuse("background", unless: { $0 == .bool(false) }, "the server keeps no responses.")
        try fields.refuse("truncation", unless: { $0 == .string("disabled") }, "send a shorter input.")
        try fields.refuse("max_tool_calls", "the server calls no tools.")
        if let format = try fields.take("text")?.member("format"), let type = try format.member("type")?.string(),
            type != "text"
        {
            throw .unsupported("text.format \(type)", "text is not held to a form.")
        }
        fields.ignore("prompt_cache_retention", "stream_obfuscation")
    }

    // MARK: Items

    private mutating func read(_ input: Field) throws(DoorError) {
        if case .string(let text) = input.value {
            chat.messages.append(Self.message("user", text))
            return
        }
        for item in try input.elements() { try read(item: item) }
        guard !chat.messages.isEmpty else { throw input.failure("has no message. Give at least one.") }
    }

    private mutating func read(item: Field) throws(DoorError) {
        switch try item.member("type")?.string() ?? "message" {
        case "message":
            let role = try item.required("role", "Give system, developer, user or assistant.").string()
            let content =
                try item.member("content").map { (field) throws(DoorError) in try ChatInput.text(field) } ?? ""
            append(role: role == "developer" ? "system" : role, content)
        case "reasoning":
            // Belongs to the turn that follows. Without content, the summary is used.
            var parts = try item.member("content")
            if parts == nil { parts = try item.member("summary") }
            var text = ""
            for part in try parts?.elements() ?? [] { text += try part.member("text")?.string() ?? "" }
            var message = Self.message("assistant", "")
            message.reasoningContent = text
            chat.messages.append(message)
        case "function_call": try read(call: item)
        case "function_call_output":
            let output = try item.member("output").map { (field) throws(DoorError) in try ChatInput.text(field) }
            var message = Self.message("tool", output ?? "")
            message.toolCallId = try item.member("call_id")?.string() ?? ""
            chat.messages.append(message)
        case let type:
            throw .unsupported("\(item.path).type \(type)", "items are messages, reasoning and function calls.")
        }
    }

    /// Adds a message; an assistant's turn may span several items.
    private mutating func append(role: String, _ content: String) {
        if role == "assistant", let last = chat.messages.last, last.role == "assistant", last.content.isEmpty,
            last.toolCalls.isEmpty
        {
            chat.messages[chat.messages.count - 1].content = content
        } else {
            chat.messages.append(Self.message(role, content))
        }
    }

    private mutating func read(call item: Field) throws(DoorError) {
        let call = JSONValue.fields([
            "id": .string(try item.member("call_id")?.string() ?? ""), "type": .string("function"),
            "function": .fields([
                "name": .string(try item.required("name", "Give it.").string()),
                "arguments": .string(try item.required("arguments", "Give them as a text.").string()),
            ]),
        ])
        if chat.messages.last?.role != "assistant" { chat.messages.append(Self.message("assistant", "")) }
        let place = chat.messages.count - 1
        let earlier = try? JSONReader.parse(Array(chat.messages[place].toolCalls.utf8))
        let calls = if case .array(let calls)? = earlier { calls } else { [JSONValue]() }
        chat.messages[place].toolCalls = JSONValue.array(calls + [call]).compact
    }

    /// Reads the functions, which are flat here but nested in chats.
    private mutating func read(tools: Field, _ choice: Field?) throws(DoorError) {
        var functions: [JSONValue] = []
        for tool in try tools.elements() {
            let type = try tool.required("type", "Give function.").string()
            guard type == "function" else { throw .unsupported("\(tool.path).type \(type)", "tools are functions.") }
            _ = try tool.required("name", "Give it.").string()
            let members = try tool.members().filter { $0.key != "type" && $0.key != "strict" }
            functions.append(.fields(["type": .string("function"), "function": .object(members)]))
        }
        switch choice?.value {
        case nil, .string("auto"): break
        case .string("none"): return
        default: throw .unsupported("tool_choice", "the model decides whether it calls. Give auto or none.")
        }
        guard !functions.isEmpty else { return }
        chat.tools = JSONValue.array(functions).compact
        hasTools = true
    }
}
