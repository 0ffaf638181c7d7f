/// A prompt as a policy reads it.
public struct EncodedPrompt: Sendable, Hashable {
    public var ids: [Int32]
    /// The text that was tokenized, after the chat template; empty if token ids were given.
    public var rendered: String

    public init(ids: [Int32], rendered: String = "") {
        self.ids = ids
        self.rendered = rendered
    }
}

/// Whether special tokens spelled out in a text, such as "<|im_end|>", are read as those tokens.
public enum ControlTokens: Sendable, Hashable {
    /// They are, as in transformers and vLLM.
    case recognized
    /// They are tokenized as ordinary characters.
    case asText
}
