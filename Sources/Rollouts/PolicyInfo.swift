public import Compute
public import ModelFiles
import Policy
public import Templates
public import Tokenizing

/// What is known of a hosted policy: enough to prepare requests for it and to describe it.
public struct PolicyInfo: Sendable {
    public struct Version: Sendable, Hashable {
        public let number: Int
        /// Where its weights were read, or saved by the job that made them.
        public internal(set) var directory: String
        /// Seconds since 1970.
        public let loadedAt: Double
        public let weightBytes: Int
    }

    public let name: String
    /// The version new requests get.
    public var version: Int
    public var versions: [Version]
    public let configuration: PolicyConfiguration
    public let precision: Precision
    public let tokenizer: Tokenizer
    /// How chats are rendered, or why the template that came with the policy cannot be used; nil when none came.
    public let chatTemplate: Result<ChatTemplate, TemplateError>?
    public let generationDefaults: GenerationDefaults
    /// What ends its responses.
    public let endOfSequence: EndOfSequence
    public let isUntrained: Bool
    /// Tokens a sequence can have: the context, or what the key/value memory holds when that is less.
    public let maxSequenceTokens: Int

    /// Checks that the model knows tokens: a tokenizer may have more than the model.
    ///
    /// - Throws: `EngineError.tokenOutOfRange` for the first that is not in its vocabulary.
    public func checkVocabulary(_ ids: [Int32]) throws(EngineError) {
        let vocabulary = configuration.vocabularySize
        for id in ids where !(0..<vocabulary ~= Int(id)) {
            throw .tokenOutOfRange(id: id, vocabulary: vocabulary, token: tokenizer.token(of: id))
        }
    }
}
