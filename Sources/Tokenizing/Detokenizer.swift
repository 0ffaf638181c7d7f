/// Turns tokens into text as they arrive.
///
/// Concatenated, the returned pieces are exactly what `Tokenizer.decode` gives for all the tokens; a piece never ends
/// inside a character. Bytes that cannot become a character are written as U+FFFD once that is certain. Each token
/// costs constant time, except that a run of byte-fallback tokens is held back until it ends, because the reference
/// implementation decodes such a run all or nothing. Text that a decoder processes as a whole, for example by
/// regular-expression replacement after Fuse, is held back entirely.
public struct Detokenizer: Sendable {
    private let tokenizer: Tokenizer
    private let skipsSpecialTokens: Bool
    private var hasSeenToken: Bool
    /// Runs before the stages if the decoder first joins the bytes of tokens.
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

    /// Passes tokens through the stages, starting at `first`.
    private mutating func text(_ tokens: [[UInt8]], from first: Int) -> String {
        var tokens = tokens
        for index in stages.indices.dropFirst(first) where !tokens.isEmpty {
            tokens = tokens.count == 1 ? stages[index].append(tokens[0]) : tokens.flatMap { stages[index].append($0) }
        }
        return String(decoding: tokens.count == 1 ? tokens[0] : tokens.flatMap { $0 }, as: UTF8.self)
    }
}
