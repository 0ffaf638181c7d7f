public import Foundation
internal import JSONReading

/// Text to token ids and back, as a Hugging Face tokenizer.json specifies.
///
/// Text passes through five stages: added tokens are found, the rest is normalized, cut into pieces, each piece is
/// encoded by byte pairs, and special tokens are put around the result. Ids agree with the reference implementation,
/// the `tokenizers` library; a file that asks for something unknown is refused when it is loaded.
public final class Tokenizer: Sendable {
    /// What each token looks like inside a text.
    public let texts: TokenTextTable
    public let configuration: TokenizerConfiguration

    private let vocabulary: Vocabulary
    let model: BytePairModel
    let normalizer: Normalizer?
    let preTokenizer: PreTokenizer
    let postProcessor: PostProcessor
    /// Added tokens that are looked for in the text as given.
    let plainTokens: AddedTokenMatcher
    /// Added tokens that are looked for in normalized text.
    let normalizedTokens: AddedTokenMatcher
    let decoder: TokenDecoder

    /// Loads tokenizer.json, and tokenizer_config.json and chat_template.jinja where present.
    public convenience init(directory: URL) throws {
        let url = directory.appendingPathComponent("tokenizer.json")
        try self.init(
            json: try TokenizerFile.read(url), configuration: try TokenizerConfiguration(directory: directory),
            file: url.path)
    }

    /// Loads the text of a tokenizer.json.
    ///
    /// - Parameter file: Its name in error messages.
    public init(
        json: [UInt8], configuration: TokenizerConfiguration = TokenizerConfiguration(),
        file: String = "tokenizer.json"
    ) throws {
        let root = try JSONNode.parse(json, file: file)
        let modelNode = try root["model"]
        try Self.requireBytePairs(modelNode)
        let added = try root["added_tokens"]
        let addedTokens = added.isNull ? [] : try added.elements().map { try AddedToken($0) }
        let vocabulary = try Self.vocabulary(modelNode["vocab"], added, addedTokens)

        self.configuration = configuration
        self.vocabulary = vocabulary
        normalizer = try Normalizer(root["normalizer"])
        preTokenizer = try PreTokenizer(root["pre_tokenizer"])
        model = try BytePairModel(modelNode, vocabulary: vocabulary, isByteLevel: preTokenizer.isByteLevel)
        postProcessor = try PostProcessor(root["post_processor"])
        decoder = try TokenDecoder(root["decoder"])
        texts = TokenTextTable(
            vocabulary, decoder, specialIDs: Set(addedTokens.lazy.filter(\.isSpecial).map(\.id)))

        // Where two tokens have one content, the special one is found.
        let ordered = addedTokens.filter(\.isSpecial) + addedTokens.filter { !$0.isSpecial }
        let plain = ordered.filter { !$0.isNormalized }, normalized = ordered.filter(\.isNormalized)
        plainTokens = AddedTokenMatcher(plain, contents: plain.map { Array($0.content.utf8) })
        let normalizer = normalizer
        normalizedTokens = AddedTokenMatcher(
            normalized,
            contents: normalized.map { normalizer?.apply(Array($0.content.utf8)) ?? Array($0.content.utf8) })
    }

    /// Files older than the `type` field leave it out; merges tell them apart from other models.
    private static func requireBytePairs(_ model: JSONNode) throws {
        let type = try model["type"]
        if type.isNull { return }
        guard try type.string() == "BPE" else { throw model.unsupported("model '\(try type.string())'") }
    }

    private static func vocabulary(
        _ node: JSONNode, _ added: JSONNode, _ addedTokens: [AddedToken]
    ) throws -> Vocabulary {
        let members = try node.members()
        var vocabulary = Vocabulary(capacity: members.count + addedTokens.count)
        for member in members {
            guard case .integer(let id) = member.value else {
                throw node.malformed("must map tokens to whole numbers; '\(member.key)' maps to \(member.value.kind).")
            }
            try vocabulary.add(member.key, id: id, node)
        }
        for token in addedTokens { try vocabulary.add(token.content, id: Int(token.id), added) }
        guard vocabulary.size > 0 else { throw node.inconsistent("the vocabulary is empty.") }
        return vocabulary
    }

    // MARK: Vocabulary

    /// One more than the highest id.
    public var vocabularySize: Int { vocabulary.size }

    public var bosToken: String? { configuration.bosToken }
    public var eosToken: String? { configuration.eosToken }
    public var padToken: String? { configuration.padToken }
    public var unkToken: String? { configuration.unkToken }

    /// The source of the chat template, for `ChatTemplate`.
    public var chatTemplate: String? { configuration.chatTemplate }

    /// The id of a token, written as in the file ("Ġthe", "▁the", "<|im_end|>").
    public func id(of token: String) -> Int32? {
        vocabulary.id(of: token.utf8)
    }

    /// A token as the file writes it; nil for ids that name none.
    public func token(of id: Int32) -> String? {
        vocabulary.token(id).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether the token is a marker such as an end of text, which decoding can leave out.
    public func isSpecial(_ id: Int32) -> Bool {
        texts.isSpecial(id)
    }

    /// The texts of the special tokens.
    public var specialTokens: [String] {
        (0..<Int32(texts.count)).filter(texts.isSpecial).compactMap { token(of: $0) }
    }

    /// The token's own bytes as they appear inside a text: "Ġthe" and "▁the" are " the", "<0x0A>" is "\n".
    ///
    /// They can be part of a character. Empty for ids that name no token.
    public func bytes(of id: Int32) -> [UInt8] {
        Array(texts.bytes(of: id))
    }

    /// A token's bytes at the beginning of a text, where some vocabularies drop a space.
    func firstText(of id: Int32) -> [UInt8] {
        guard decoder.distinguishesFirst, let token = vocabulary.token(id) else { return bytes(of: id) }
        return decoder.text(of: Array(token), isFirst: true)
    }

    // MARK: Decoding

    /// The text of tokens.
    ///
    /// Ids that name no token add nothing.
    ///
    /// - Parameter position: Where the tokens stand. A space that the first token of a sequence drops stays where the
    ///   tokens continue others.
    public func decode(
        _ ids: some Sequence<Int32>, skipSpecialTokens: Bool = false, position: TextPosition = .start
    ) -> String {
        var detokenizer = makeDetokenizer(skipSpecialTokens: skipSpecialTokens, position: position)
        var text = ""
        for id in ids { text += detokenizer.append(id) }
        return text + detokenizer.finish()
    }

    /// Decodes tokens one at a time.
    public func makeDetokenizer(
        skipSpecialTokens: Bool = false, position: TextPosition = .start
    ) -> Detokenizer {
        Detokenizer(self, skipSpecialTokens: skipSpecialTokens, position: position)
    }
}

extension Tokenizer {
    /// The special tokens a chat template can read, by the names it knows them by.
    public var specialTokenVariables: [String: TemplateValue] {
        let tokens = ["bos_token": bosToken, "eos_token": eosToken, "pad_token": padToken, "unk_token": unkToken]
        return tokens.compactMapValues { $0.map(TemplateValue.string) }
    }
}
