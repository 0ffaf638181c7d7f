import ArgumentParser
import Wire

/// The prompt: an argument, standard input, or a file; as it is or as a chat.
struct PromptArguments: ParsableArguments {
    @Argument(help: "The prompt; - reads standard input.")
    var prompt: String?

    @Option(name: [.short, .long], help: ArgumentHelp("Read the prompt from this file.", valueName: "file"))
    var file: String?

    @Flag(help: "Put the prompt into the policy's chat template, as a user's message.")
    var chat = false

    @Option(help: ArgumentHelp("A system message; implies --chat.", valueName: "text"))
    var system: String?

    @Flag(help: "Leave out the special tokens that the tokenizer puts around text.")
    var noSpecialTokens = false

    mutating func validate() throws {
        guard (prompt == nil) != (file == nil) else {
            throw ValidationError(
                prompt == nil
                    ? "There is no prompt. Give one as an argument, - for standard input, or --file FILE."
                    : "There are two prompts, an argument and --file. Give one of them.")
        }
    }

    func message() throws -> V1.Prompt {
        try Self.message(for: text(), isChat: chat, system: system, specialTokens: !noSpecialTokens)
    }

    func text() throws -> String {
        if let file { return try InputFile.text(of: file) }
        return prompt == "-" ? try InputFile.text(of: "-") : prompt ?? ""
    }

    static func message(for text: String, isChat: Bool, system: String?, specialTokens: Bool) -> V1.Prompt {
        var message = V1.Prompt()
        if isChat || system != nil {
            var chat = V1.Chat()
            chat.messages = (system.map { [.init(role: "system", $0)] } ?? []) + [.init(role: "user", text)]
            message.input = .chat(chat)
        } else {
            message.input = .text(text)
            message.addSpecialTokens = specialTokens
        }
        return message
    }
}

extension V1.ChatMessage {
    init(role: String, _ content: String) {
        self.init()
        self.role = role
        self.content = content
    }
}
