public import ModelFiles
import Policy
public import Sampling
public import Templates
public import Tokenizing

/// The tokens that end a policy's responses, each with the files that name it.
///
/// Files disagree: config.json often names the end of a document, the tokenizer the end of a turn, and the chat
/// template may write something else again. A response ends at any of them.
public struct EndOfSequence: Sendable, Hashable {
    /// Where an end token is named.
    public enum Source: String, Sendable, CaseIterable {
        case configuration = "config.json"
        case generation = "generation_config.json"
        /// `eos_token`.
        case tokenizer
        /// What the template writes after an assistant's message.
        case template = "chat template"
        /// No file names any; transformers assumes this one for the model family.
        case family = "assumed of the model family"

        /// Whether it is one of the model's own files, in place of which a GGUF file has its metadata.
        package var isConfiguration: Bool { self == .configuration || self == .generation }
    }

    public struct Token: Sendable, Hashable {
        public let id: Int32
        public internal(set) var sources: [Source]
    }

    /// In the order of sources.
    public private(set) var tokens: [Token] = []

    public var ids: [Int32] { tokens.map(\.id) }
    public var isEmpty: Bool { tokens.isEmpty }

    /// The token that ends a text: the tokenizer's `eos_token`, or the first of the others if it has none.
    public var ofText: Int32? { first(.tokenizer) ?? ids.first }

    /// The token that ends an assistant's turn: the one the chat template writes, or the one that ends a text if it
    /// writes none.
    public var ofTurn: Int32? { first(.template) ?? ofText }

    private func first(_ source: Source) -> Int32? { tokens.first { $0.sources.contains(source) }?.id }

    mutating func add(_ ids: some Sequence<Int32>, from source: Source) {
        for id in ids {
            if let index = tokens.firstIndex(where: { $0.id == id }) {
                if !tokens[index].sources.contains(source) { tokens[index].sources.append(source) }
            } else {
                tokens.append(Token(id: id, sources: [source]))
            }
        }
    }

    /// Merges the end tokens named by the configuration files, the tokenizer and the chat template.
    ///
    /// - Parameter template: nil if there is no usable one.
    public init(_ configuration: PolicyConfiguration, _ tokenizer: Tokenizer, template: ChatTemplate?) {
        if !configuration.assumesEndOfSequence { add(configuration.endOfSequence, from: .configuration) }
        add(configuration.generationEndOfSequence, from: .generation)
        let vocabulary = Int32(clamping: configuration.vocabularySize)
        if let id = tokenizer.eosToken.flatMap(tokenizer.id), id < vocabulary { add([id], from: .tokenizer) }
        if let id = template.flatMap({ TurnEnd($0, tokenizer).token(known: ids) }), id < vocabulary {
            add([id], from: .template)
        }
        if isEmpty { add(configuration.endOfSequence, from: .family) }
    }
}

extension PolicyInfo {
    /// The tokens that end a response drawn with `sampling`.
    public func stops(_ sampling: SamplingParameters) -> Set<Int32> {
        sampling.ignoresEndOfSequence ? sampling.stopTokens : sampling.stopTokens.union(endOfSequence.ids)
    }
}
