public import Templates

/// Why a policy cannot read a prompt.
public enum PromptError: Error, Sendable, Equatable, CustomStringConvertible {
    case noChatTemplate(policy: String)
    case unusableChatTemplate(policy: String, TemplateError)
    /// Control tokens should stay text, but every character that could mark them occurs in the chat.
    case noMarker

    public var description: String {
        switch self {
        case .noChatTemplate(let policy):
            "Policy '\(policy)' has no chat template. Send the prompt as text, or put a chat_template.jinja into its "
                + "folder and load it again."
        case .unusableChatTemplate(let policy, let error):
            "The chat template of policy '\(policy)' cannot be used: \(error.description)"
        case .noMarker:
            "The chat contains each of the characters U+FDD0 to U+FDEF, which Unicode reserves for programs. Remove "
                + "one of them, or let control tokens be recognized."
        }
    }
}
