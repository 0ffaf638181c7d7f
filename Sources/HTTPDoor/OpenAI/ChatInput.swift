import JSONCoding
import Wire

/// The conversation of a request in OpenAI's form.
struct ChatInput: Sendable {
    var chat = V1.Chat()
    /// Whether the response may call the request's functions.
    var hasTools = false
    /// Whether to pass on more than one call.
    var allowsSeveralCalls = true

    init(_ fields: inout RequestFields) throws(DoorError) {
        guard let messages = fields.take("messages") else {
            throw DoorError(400, "messages: It is missing. Give at least one.", field: "messages")
        }
        for message in try messages.elements() { chat.messages.append(try Self.message(message)) }
        try readBeginning(&fields)
        try readTemplate(&fields)
        try readTools(&fields)
    }

    var prompt: V1.Prompt {
        var prompt = V1.Prompt()
        prompt.input = .chat(chat)
        return prompt
    }

    // MARK: Messages

    private static func message(_ field: Field) throws(DoorError) -> V1.ChatMessage {
        var message = V1.ChatMessage()
        let role = try field.required("role", "Give system, user, assistant or tool.").string()
        // OpenAI's name for the system role with newer models.
        message.role = role == "developer" ? "system" : role
        message.content = try field.member("content").map { (field) throws(DoorError) in try text(field) } ?? ""
        for name in ["reasoning_content", "reasoning"] {
            if let reasoning = try field.member(name) { message.reasoningContent = try reasoning.string() }
        }
        if let calls = try field.member("tool_calls") {
            _ = try calls.elements()
            message.toolCalls = calls.value.compact
        }
        message.toolCallId = try field.member("tool_call_id")?.string() ?? ""
        message.name = try field.member("name")?.string() ?? ""
        if try field.member("function_call") != nil {
            throw .unsupported("\(field.path).function_call", "use tool_calls.")
        }
        return message
    }

    /// The text of a string or of an array of text parts.
    static func text(_ field: Field) throws(DoorError) -> String {
        if case .string(let text) = field.value { return text }
        guard case .array = field.value else { throw field.wrongType("a string or an array of parts") }
        var texts: [String] = []
        for part in try field.elements() {
            let type = try part.required("type", "Give text.").string()
            guard ["text", "input_text", "output_text"].contains(type) else {
                throw .unsupported("\(part.path).type \(type)", "this model reads text alone.")
            }
            texts.append(try part.required("text", "Give it.").string())
        }
        return texts.joined()
    }

    // MARK: Rendering

    /// Reads whether the response starts a new message or continues the last one.
    private mutating func readBeginning(_ fields: inout RequestFields) throws(DoorError) {
        let adds = try fields.take("add_generation_prompt").map { (field) throws(DoorError) in try field.bool() }
        let continues = try fields.take("continue_final_message").map { (field) throws(DoorError) in try field.bool() }
        guard adds != true || continues != true else {
            throw .field("continue_final_message", "It cannot go with add_generation_prompt. Set one of them.")
        }
        let endsWithAssistant = chat.messages.last?.role == "assistant"
        // A trailing assistant message is continued by default, as in llama.cpp and Anthropic's API.
        chat.continueFinalMessage = continues ?? (endsWithAssistant && adds == nil)
        if chat.continueFinalMessage, !endsWithAssistant {
            throw .field("continue_final_message", "The last message is not the assistant's.")
        }
        chat.addGenerationPrompt = adds ?? !chat.continueFinalMessage
    }

    private mutating func readTemplate(_ fields: inout RequestFields) throws(DoorError) {
        var arguments: [JSONMember] = []
        if let given = fields.take("chat_template_kwargs") { arguments = try given.members() }
        if let effort = try fields.string("reasoning_effort") {
            arguments.append(JSONMember(key: "reasoning_effort", value: .string(effort)))
            if effort == "none" { chat.enableThinking = false }
        }
        if let index = arguments.firstIndex(where: { $0.key == "enable_thinking" }) {
            chat.enableThinking = try Field(
                arguments.remove(at: index).value, path: "chat_template_kwargs.enable_thinking"
            )
            .bool()
        }
        if !arguments.isEmpty { chat.templateArguments = JSONValue.object(arguments).compact }
        try fields.refuse("chat_template", "the policy's own is used. Load the policy with another one.")
        try fields.refuse("documents", unless: { $0 == .array([]) }, "put them into a message.")
    }

    private mutating func readTools(_ fields: inout RequestFields) throws(DoorError) {
        let tools = fields.take("tools"), choice = fields.take("tool_choice")
        allowsSeveralCalls = try fields.flag("parallel_tool_calls", default: true)
        try fields.refuse("functions", unless: { $0 == .array([]) }, "use tools.")
        try fields.refuse("function_call", "use tool_choice.")
        guard let tools, case .array(let list) = tools.value, !list.isEmpty else {
            if let tools { _ = try tools.elements() }
            return
        }
        for tool in try tools.elements() {
            let type = try tool.required("type", "Give function.").string()
            guard type == "function" else { throw .unsupported("\(tool.path).type \(type)", "tools are functions.") }
            _ = try tool.required("function", "Give its name and parameters.").required("name", "Give it.").string()
        }
        switch choice?.value {
        case nil, .string("auto"): break
        case .string("none"): return
        default: throw .unsupported("tool_choice", "the model decides whether it calls. Give auto or none.")
        }
        chat.tools = tools.value.compact
        hasTools = true
    }
}
