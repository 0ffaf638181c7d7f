/// A conversation, for a policy's chat template.
public struct ChatPrompt: Sendable, Hashable {
    public struct Message: Sendable, Hashable {
        public var role: String
        public var content: String
        /// The text between <think> and </think> of an earlier turn, where a template wants it apart; empty for none.
        public var reasoningContent: String

        public init(role: String, content: String, reasoningContent: String = "") {
            self.role = role
            self.content = content
            self.reasoningContent = reasoningContent
        }
    }

    public var messages: [Message]
    /// Whether the rendering ends with the opening of an assistant's turn.
    public var addsGenerationPrompt = true
    /// Passed to the template where set.
    public var enablesThinking: Bool?

    public init(_ messages: [Message]) { self.messages = messages }
}
