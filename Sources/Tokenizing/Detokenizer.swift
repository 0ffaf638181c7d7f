/// Turns tokens into text as they arrive.
///
/// The pieces returned, put together, are exactly what `Tokenizer.decode` gives for all the tokens; a piece never ends
/// inside a character. Bytes that cannot become a character are written as U+FFFD once that is certain. Each token
/// costs constant time, except that a run of byte fallback tokens is held back until it ends: the reference
/// implementation decodes such a run all or nothing. What a decoder does to the whole text at once, such as replacing by
/// a regular expression behind Fuse, holds all of it back.
public struct Detokenizer: Sendable {
    private let tokenizer: Tokenizer
    private let skipsSpecialTokens: Bool
    private var hasSeenToken: Bool
    /// What comes before the stages where the decoder joins the bytes of tokens first.
    private var characters: CharacterJoin?
    private var stages: [DecodingStage]

    init(_ tokenizer: Tokenizer, skipSpecialTokens: Bool, position: TextPosition) {
        self.tokenizer = tokenizer
        skipsSpecialTokens = skipSpecialTokens
        hasSeenToken = position == .continuing
        characters = tokenizer.decoder.joinsBytes ? CharacterJoin() : nil
        stages = DecodingStage.stages(tokenizer.decoder, position)
    }

    /// Takes a token and returns the text that it completes.
    ///
    /// Ids that name no token add nothing.
    public mutating func append(_ id: Int32) -> String {
        let texts = tokenizer.texts
        guard texts.isKnown(id), !(skipsSpecialTokens && texts.isSpecial(id)) else { return "" }
        let token = hasSeenToken ? texts.ruledText(of: id) : tokenizer.firstText(of: id)
        hasSeenToken = true
        let joined = characters?.append(token)
        if stages.isEmpty { return joined ?? String(decoding: token, as: UTF8.self) }
        return text([joined.map { Array($0.utf8) } ?? Array(token)], from: 0)
    }

    /// Ends the text and returns what was held back, except what is stripped from the end.
    public mutating func finish() -> String {
        var rest = ""
        if let held = characters?.finish() { rest = text([Array(held.utf8)], from: 0) }
        for index in stages.indices { rest += text(stages[index].finish(), from: index + 1) }
        return rest
    }

    /// Gives tokens to the stages from one on.
    private mutating func text(_ tokens: [[UInt8]], from first: Int) -> String {
        var tokens = tokens
        for index in stages.indices.dropFirst(first) where !tokens.isEmpty {
            tokens = tokens.count == 1 ? stages[index].append(tokens[0]) : tokens.flatMap { stages[index].append($0) }
        }
        return String(decoding: tokens.count == 1 ? tokens[0] : tokens.flatMap { $0 }, as: UTF8.self)
    }
}
