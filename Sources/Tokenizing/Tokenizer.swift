public import Foundation
internal import JSONCoding
public import Templates

/// Text to token ids and back, as a Hugging Face tokenizer.json specifies.
///
/// Text passes through five stages: added tokens are found, the rest is normalized and split into pieces, each piece is
/// encoded by byte pairs, and special tokens are put around the result. Ids agree with the reference implementation,
/// the `tokenizers` library; a file that asks for something unknown is refused on loading.
public final class Tokenizer: Sendable {
    /// The text of each token inside a sequence.
    public let texts: TokenTextTable
    public let configuration: TokenizerConfiguration

    /// Human-readable notes on parts of the file that are read differently from what it says.
    public let notes: [String]

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
    /// What tokens are decoded from, if it differs from their spelling in the file.
    private let otherContents: [Int32: [UInt8]]

    /// Loads tokenizer.json and, if present, tokenizer_config.json and chat_template.jinja.
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
        var vocabulary = try Self.vocabulary(modelNode["vocab"])
        let added = try AddedTokens(root["added_tokens"], &vocabulary)
        guard vocabulary.size > 0 else { throw try modelNode["vocab"].inconsistent("the vocabulary is empty.") }

        self.configuration = configuration
        self.vocabulary = vocabulary
        normalizer = try Normalizer(root["normalizer"])
        preTokenizer = try PreTokenizer(root["pre_tokenizer"])
        postProcessor = try PostProcessor(root["post_processor"])
        decoder = try TokenDecoder(root["decoder"])
        let normalizer = normalizer
        let normalize = { (content: [UInt8]) in
            var text = StagedText(content, .start)
            try normalizer?.apply(&text, EncodingPass(forBytes: content.count))
            return text.bytes
        }
        otherContents = try added.normalizedTexts(normalize)
        texts = try TokenTextTable(
            vocabulary, decoder, specialContents: added.specialContents, otherContents: otherContents)
        let specialIDs = Set(added.specialContents.compactMap { vocabulary.id(of: $0) })
        model = try BytePairModel(
            modelNode, vocabulary: vocabulary, isByteLevel: preTokenizer.isByteLevel, specialIDs: specialIDs)
        plainTokens = added.matcher(for: added.patterns.filter { !$0.isNormalized }) { $0 }
        normalizedTokens = try added.matcher(for: added.patterns.filter(\.isNormalized), normalize)
        notes = try Self.notes(modelNode, root["added_tokens"], vocabulary)
    }

    /// Older files lack the `type` field; their merges distinguish them from other models.
    private static func requireBytePairs(_ model: JSONNode) throws {
        let type = try model["type"]
        if type.isNull { return }
        guard try type.string() == "BPE" else {
            throw model.unsupported(
                "model '\(try type.string())'",
                remedy: "Only byte-pair encoding ('BPE') is; take a model with such a tokenizer.")
        }
    }

    private static func vocabulary(_ node: JSONNode) throws -> Vocabulary {
        let members = try node.members()
        var vocabulary = Vocabulary(capacity: members.count)
        for member in members {
            guard case .integer(let id) = member.value else {
                throw node.malformed("must map tokens to whole numbers; '\(member.key)' maps to \(member.value.kind).")
            }
            try vocabulary.add(member.key, id: id, node)
        }
        return vocabulary
    }

    /// Notes on parts of the file that are read differently from what it says.
    private static func notes(_ model: JSONNode, _ added: JSONNode, _ vocabulary: Vocabulary) throws -> [String] {
        var notes: [String] = []
        let dropout = try model["dropout"]
        if !dropout.isNull, try dropout.number() != 0 {
            notes.append(
                "model.dropout is \(try dropout.number()) and is left out, so that a text always has the same tokens."
            )
        }
        let unknown = try model["unk_token"]
        if !unknown.isNull, vocabulary.id(of: try unknown.string().utf8) == nil {
            notes.append(
                "model.unk_token '\(try unknown.string())' is not in the vocabulary, so characters without a token are "
                    + "left out.")
        }
        for token in added.isNull ? [] : try added.elements() {
            guard case .integer(let listed) = try token["id"].value else { continue }
            let content = try token["content"].string()
            if let id = vocabulary.id(of: content.utf8), Int(id) != listed {
                notes.append(
                    "The added token '\(content)' is listed with id \(listed) and has id \(id), as in tokenizers.")
            }
        }
        return notes
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

    /// A token as written in the file; nil for ids that name none.
    public func token(of id: Int32) -> String? {
        vocabulary.token(id).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether the token is a marker, such as an end of text, which decoding can leave out.
    public func isSpecial(_ id: Int32) -> Bool {
        texts.isSpecial(id)
    }

    /// The texts of the special tokens.
    public var specialTokens: [String] {
        (0..<Int32(texts.count)).filter(texts.isSpecial).compactMap { token(of: $0) }
    }

    /// The token's own bytes inside a text: "Ġthe" and "▁the" are " the", "<0x0A>" is "\n".
    ///
    /// They may be part of a character. Empty for ids that name no token.
    public func bytes(of id: Int32) -> [UInt8] {
        Array(texts.bytes(of: id))
    }

    /// A token's text at the beginning, where some vocabularies drop a space.
    func firstText(of id: Int32) -> ArraySlice<UInt8> {
        guard decoder.distinguishesFirst, let token = otherContents[id] ?? vocabulary.token(id).map(Array.init) else {
            return texts.ruledText(of: id)
        }
        let pass = EncodingPass(forBytes: token.count)
        return (try? decoder.text(of: token, isFirst: true, pass))?[...] ?? texts.ruledText(of: id)
    }

    // MARK: Decoding

    /// The text of tokens.
    ///
    /// Ids that name no token add nothing.
    ///
    /// - Parameter position: Where the tokens are. A space dropped from the first token of a sequence is kept if the
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
    /// The special tokens available to a chat template, by the names it uses.
    public var specialTokenVariables: [String: TemplateValue] {
        let tokens = ["bos_token": bosToken, "eos_token": eosToken, "pad_token": padToken, "unk_token": unkToken]
        return tokens.compactMapValues { $0.map(TemplateValue.string) }
    }
}
