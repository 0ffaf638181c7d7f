/// A turn of a conversation, for a chat template.
public struct ChatMessage: Sendable, Hashable {
    public var role: String
    public var content: String
    /// The text between <think> and </think> of an earlier turn, for templates that expect it separately; empty if
    /// there is none.
    public var reasoningContent: String

    public init(role: String, content: String, reasoningContent: String = "") {
        self.role = role
        self.content = content
        self.reasoningContent = reasoningContent
    }
}
