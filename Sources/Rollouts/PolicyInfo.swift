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
        /// Without those of a base that it shares.
        public let weightBytes: Int
        /// What the version is, if it is an adapter on a base.
        public let adapter: Adapter?

        init(number: Int, directory: String, loadedAt: Double, weightBytes: Int, adapter: Adapter? = nil) {
            self.number = number
            self.directory = directory
            self.loadedAt = loadedAt
            self.weightBytes = weightBytes
            self.adapter = adapter
        }
    }

    /// An adapter, and what it belongs to.
    public struct Adapter: Sendable, Hashable {
        public let shape: AdapterShape
        /// The directory that the base's weights were read from; empty if that is not known any more.
        public let base: String

        /// Returns nil for weights without an adapter.
        init?(_ weights: any PolicyWeights, base: String?) {
            guard let adapter = weights.adapter else { return nil }
            shape = adapter.shape
            self.base = base ?? ""
        }
    }

    public internal(set) var name: String
    /// The policy whose memory for weights, keys and values it shares; nil if it has its own.
    public internal(set) var base: String?
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
