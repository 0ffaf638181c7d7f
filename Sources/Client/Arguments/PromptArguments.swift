import ArgumentParser
import Console
import Wire

/// The prompt, from an argument, standard input or a file, as plain text or as a chat.
struct PromptArguments: ParsableArguments {
    @Argument(help: "The prompt; - reads standard input.")
    var prompt: String?

    @Option(name: [.short, .long], help: ArgumentHelp("Read the prompt from this file.", valueName: "file"))
    var file: String?

    @Flag(help: "Put the prompt into the policy's chat template, as a user's message.")
    var chat = false

    @Option(help: ArgumentHelp("A system message; implies --chat.", valueName: "text"))
    var system: String?

    @Option(
        name: .customLong("continue"),
        help: ArgumentHelp("Begin the answer with this text, which it continues; implies --chat.", valueName: "text"))
    var beginning: String?

    @OptionGroup var template: TemplateArguments
    @OptionGroup var tokens: TokenArguments

    mutating func validate() throws {
        guard (prompt == nil) != (file == nil) else {
            throw ValidationError(
                prompt == nil
                    ? "There is no prompt. Give one as an argument, - for standard input, or --file FILE."
                    : "There are two prompts, an argument and --file. Give one of them.")
        }
    }

    func message() throws -> V1.Prompt {
        let isChat = chat || template.isSet || beginning != nil
        var message = tokens.prompt(for: try text(), isChat: isChat, system: system)
        try message.changeChat { chat in
            try template.apply(to: &chat)
            guard let beginning else { return }
            chat.messages.append(V1.ChatMessage(role: "assistant", beginning))
            chat.continueFinalMessage = true
            chat.addGenerationPrompt = false
        }
        return message
    }

    func text() throws -> String {
        if let file { return try InputFile.text(of: file) }
        return prompt == "-" ? try InputFile.text(of: "-") : prompt ?? ""
    }
}

/// How prompt texts are tokenized.
struct TokenArguments: ParsableArguments {
    @Flag(help: "Leave out the special tokens that the tokenizer puts around text.")
    var noSpecialTokens = false

    @OptionGroup var written: ControlTokenArguments

    func prompt(for text: String, isChat: Bool, system: String?) -> V1.Prompt {
        guard !isChat && system == nil else {
            return written.prompt(for: (system.map { [.init(role: "system", $0)] } ?? []) + [.init(role: "user", text)])
        }
        var message = V1.Prompt()
        message.input = .text(text)
        message.addSpecialTokens = !noSpecialTokens
        message.controlTokens = written.controlTokens.message
        return message
    }
}

/// How special tokens written out in a prompt are treated.
struct ControlTokenArguments: ParsableArguments {
    enum Choice: String, ExpressibleByArgument, CaseIterable {
        case recognized, text

        var message: V1.ControlTokens {
            switch self {
            case .recognized: .recognized
            case .text: .asText
            }
        }
    }

    @Option(
        help: ArgumentHelp(
            "Special tokens that are written out in the prompt, such as <|im_end|>, are those tokens (recognized), or "
                + "the characters they consist of (text).", valueName: "choice"))
    var controlTokens = Choice.recognized

    func prompt(for messages: [V1.ChatMessage]) -> V1.Prompt {
        var chat = V1.Chat()
        chat.messages = messages
        var message = V1.Prompt()
        message.input = .chat(chat)
        message.controlTokens = controlTokens.message
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
