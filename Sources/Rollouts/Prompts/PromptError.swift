public import Templates

/// Why a policy cannot read a prompt.
public enum PromptError: Error, Sendable, Equatable, CustomStringConvertible {
    case noChatTemplate(policy: String)
    case unusableChatTemplate(policy: String, TemplateError)
    /// Control tokens should stay text, but every character that could mark them occurs in the chat.
    case noMarker
    /// A part of a chat that must be JSON, or a certain kind of JSON value, is not.
    case malformedJSON(field: String, needs: String)
    case noTools(policy: String)
    /// The template does not render the last message verbatim, so it cannot be continued.
    case cannotContinue(policy: String)

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
        case .malformedJSON(let field, let needs): "\(field) must be \(needs)."
        case .noTools(let policy):
            "Tools are not supported by the chat template of policy '\(policy)'. Leave them out, or describe them in a "
                + "message."
        case .cannotContinue(let policy):
            "The chat template of policy '\(policy)' does not write the last message as it stands, so it cannot be "
                + "continued. Leave out white space around it, or send the prompt as text."
        }
    }
}
