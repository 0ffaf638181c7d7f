import ArgumentParser
import Basics
import Console
import Wire

/// What a chat template receives besides the conversation.
struct TemplateArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The functions that the model may call, a JSON array in OpenAI's form; implies --chat.", valueName: "file"))
    var tools: String?

    @Option(
        help: ArgumentHelp(
            "What else the chat template is given, as '{\"enable_thinking\": false}'; implies --chat.",
            valueName: "json"))
    var templateArguments: String?

    var isSet: Bool { tools != nil || templateArguments != nil }

    /// - Parameter own: The conversation's own functions, which replace the option's; empty if there are none.
    func apply(to chat: inout V1.Chat, own: String = "") throws {
        chat.tools = own.isEmpty ? try tools.map(InputFile.text) ?? "" : own
        chat.templateArguments = templateArguments ?? ""
    }
}

extension V1.Prompt {
    /// Changes the conversation if the prompt is one.
    mutating func changeChat(_ change: (inout V1.Chat) throws -> Void) rethrows {
        guard case .chat(var chat) = input else { return }
        try change(&chat)
        input = .chat(chat)
    }
}

extension V1.ChatMessage {
    init(_ message: ChatMessage) {
        self.init(role: message.role, message.content)
        reasoningContent = message.reasoningContent
        toolCalls = message.toolCalls
        toolCallId = message.toolCallID
        name = message.name
    }
}
