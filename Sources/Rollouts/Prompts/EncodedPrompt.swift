/// A prompt as a policy reads it.
public struct EncodedPrompt: Sendable, Hashable {
    public var ids: [Int32]
    /// The text that was tokenized, after the chat template; empty where token ids were given.
    public var rendered: String

    public init(ids: [Int32], rendered: String = "") {
        self.ids = ids
        self.rendered = rendered
    }
}

/// Whether special tokens that are written out in a text, "<|im_end|>", are those tokens.
public enum ControlTokens: Sendable, Hashable {
    /// They are, as in transformers and vLLM.
    case recognized
    /// They are tokenized as the characters they consist of.
    case asText
}
