public import Compute
public import ModelFiles
import Policy
public import Templates
public import Tokenizing

/// What is known about a hosted policy: enough to prepare requests for it and to describe it.
public struct PolicyInfo: Sendable {
    public struct Version: Sendable, Hashable {
        public let number: Int
        /// The directory its weights were read from, or saved to by the job that made them.
        public internal(set) var directory: String
        /// Seconds since 1970.
        public let loadedAt: Double
        public let weightBytes: Int
    }

    public let name: String
    /// The version that serves new requests.
    public var version: Int
    public var versions: [Version]
    public let configuration: PolicyConfiguration
    /// What activations and products are computed in.
    public let precision: Precision
    /// What matrices are kept in, of all versions.
    public let weightFormat: WeightFormat
    public let tokenizer: Tokenizer
    /// How chats are rendered, or why the policy's template cannot be used; nil if it has none.
    public let chatTemplate: Result<ChatTemplate, TemplateError>?
    public let generationDefaults: GenerationDefaults
    /// The tokens that end its responses.
    public let endOfSequence: EndOfSequence
    public let isUntrained: Bool
    /// The most tokens a sequence can have: the context length, or the key/value memory's capacity if smaller.
    public let maxSequenceTokens: Int

    /// Checks that all tokens are in the model's vocabulary: a tokenizer may have more tokens than the model.
    ///
    /// - Throws: `EngineError.tokenOutOfRange` for the first that is not.
    public func checkVocabulary(_ ids: [Int32]) throws(EngineError) {
        let vocabulary = configuration.vocabularySize
        for id in ids where !(0..<vocabulary ~= Int(id)) {
            throw .tokenOutOfRange(id: id, vocabulary: vocabulary, token: tokenizer.token(of: id))
        }
    }
}
