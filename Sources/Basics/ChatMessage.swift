/// A turn of a conversation, for a chat template.
public struct ChatMessage: Sendable, Hashable {
    public var role: String
    public var content: String
    /// The text between <think> and </think> of an earlier turn, for templates that expect it separately; empty if
    /// there is none.
    public var reasoningContent: String
    /// The function calls of an assistant's turn: a JSON array in OpenAI's form; empty if there are none.
    public var toolCalls = ""
    /// The call that a tool's turn answers, and the tool's name; empty for other turns.
    public var toolCallID = ""
    public var name = ""

    public init(role: String, content: String, reasoningContent: String = "") {
        self.role = role
        self.content = content
        self.reasoningContent = reasoningContent
    }
}
