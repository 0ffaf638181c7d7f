public import Basics

/// A conversation, for a policy's chat template.
public struct ChatPrompt: Sendable, Hashable {
    public var messages: [ChatMessage]
    /// Whether the rendering ends with the opening of an assistant's turn.
    public var addsGenerationPrompt = true
    /// Passed to the template if set.
    public var enablesThinking: Bool?

    public init(_ messages: [ChatMessage]) { self.messages = messages }
}
