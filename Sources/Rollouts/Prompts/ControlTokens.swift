/// Whether special tokens that are written out in a text, "<|im_end|>", are those tokens.
public enum ControlTokens: Sendable, Hashable {
    /// They are, as in transformers and vLLM.
    case recognized
    /// They are tokenized as the characters they consist of.
    case asText
}
