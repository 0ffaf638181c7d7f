/// Where a text is in a sequence of tokens.
public enum TextPosition: Sendable {
    /// At the beginning.
    case start
    /// After the tokens of another text, which end in a complete token.
    ///
    /// Such a text gets nothing that belongs to the beginning of a text: no special tokens in front, no prefix space,
    /// and white space at its beginning stays. Its ids, appended to the others, decode to both texts joined.
    case continuing
}

/// How special tokens, such as "<|im_end|>", are read when spelled out in a text.
public struct SpecialTokenReading: Sendable {
    let plain: PlainRanges

    /// They are read as the tokens they spell.
    public static let recognized = SpecialTokenReading(plain: .none)
    /// They are ordinary text, as with `split_special_tokens` of transformers.
    public static let asText = SpecialTokenReading(plain: .all)

    /// They are text if they touch one of the ranges, and otherwise the tokens they spell.
    ///
    /// For a rendered conversation whose messages must not write control tokens.
    ///
    /// - Parameter ranges: Offsets in the text's UTF-8 bytes, in any order.
    public static func asText(in ranges: [Range<Int>]) -> SpecialTokenReading {
        SpecialTokenReading(plain: PlainRanges(ranges))
    }
}

extension Tokenizer {
    /// The special tokens that `encode` puts before a text at the start, often a beginning of text; none in many
    /// vocabularies.
    ///
    /// `configuration.addsBeginning` can ask for one more: for Llama's tokenizers, transformers 4 follows that;
    /// transformers 5 follows tokenizer.json alone, as does `encode`.
    public var prefixTokens: [Int32] { postProcessor.prefix }

    /// The special tokens that `encode` puts after a text; usually none.
    public var suffixTokens: [Int32] { postProcessor.suffix }

    /// The ids of a text.
    ///
    /// - Parameters:
    ///   - addSpecialTokens: Whether to put the file's special tokens, such as a beginning of text, around it.
    ///   - position: Where the text is. A continuing text gets no special tokens in front.
    ///   - specialTokens: How special tokens spelled out in the text are read. Added tokens that are not special, such
    ///     as "<think>" in many vocabularies, are always recognized.
    ///
    /// If the file's rules take more than seconds of processor time for a stretch, or many times its memory, it is
    /// encoded as one piece without them. Only malicious files and texts lead to that.
    ///
    /// - Complexity: O(n log n) in the length of the text, for any text.
    public func encode(
        _ text: String, addSpecialTokens: Bool = true, position: TextPosition = .start,
        specialTokens: SpecialTokenReading = .recognized
    ) -> [Int32] {
        let bytes = Array(text.utf8)
        let pass = EncodingPass(forBytes: bytes.count)
        let isContinuing = position == .continuing
        var writer = TokenWriter()
        writer.ids.reserveCapacity(bytes.count / 3 + 4)
        for part in plainTokens.split(bytes, plain: specialTokens.plain, pass.deadline) {
            switch part {
            case .token(let id): writer.ids.append(id)
            case .text(let range):
                let place: EncodingPass.Place =
                    range.lowerBound > 0 ? .middle : isContinuing ? .continuation : .start
                let stretch = range == bytes.indices ? bytes : Array(bytes[range])
                encode(stretch, specialTokens.plain.within(range), pass.at(place), into: &writer)
            }
        }
        return postProcessor.apply(writer.ids, addSpecialTokens: addSpecialTokens, isContinuing: isContinuing)
    }

    /// The output, with scratch buffers for producing it.
    private struct TokenWriter {
        var ids: [Int32] = []
        var scratch = BytePairModel.Scratch()
    }

    /// Encodes a stretch between added tokens.
    private func encode(
        _ stretch: [UInt8], _ plain: PlainRanges, _ pass: EncodingPass, into writer: inout TokenWriter
    ) {
        let count = writer.ids.count
        do {
            let text = try normalize(stretch, pass)
            let plainText =
                normalizedTokens.hasSpecialTokens ? try self.plain(plain, of: stretch, text.bytes, pass) : .none
            for part in normalizedTokens.split(text.bytes, plain: plainText, pass.deadline) {
                switch part {
                case .token(let id): writer.ids.append(id)
                case .text(let range):
                    let inner = range.lowerBound == 0 ? pass : pass.at(.middle)
                    let whole = range == text.bytes.indices ? text : text.slice(range)
                    encode(try preTokenizer.apply(whole, inner), inner, isPlain: !plain.isEmpty, into: &writer)
                }
            }
        } catch {
            writer.ids.removeSubrange(count...)
            let whole = PreTokenizer.Pieces(text: StagedText(stretch, pass.place), ranges: [stretch.indices])
            encode(whole, pass, isPlain: !plain.isEmpty, into: &writer)
        }
    }

    private func encode(
        _ pieces: PreTokenizer.Pieces, _ pass: EncodingPass, isPlain: Bool, into writer: inout TokenWriter
    ) {
        for piece in pieces.ranges {
            model.encode(
                pieces.text.bytes, piece, continuesWord: pass.place == .continuation && piece.lowerBound == 0,
                isPlain: isPlain, into: &writer.ids, &writer.scratch)
        }
    }

    private func normalize(_ stretch: [UInt8], _ pass: EncodingPass) throws -> StagedText {
        var text = StagedText(stretch, pass.place)
        try normalizer?.apply(&text, pass)
        return text
    }

    /// The plain ranges in the normalized form of `text`.
    ///
    /// Normalizes the text between borders part by part, each continuing the one before. If the parts do not add up to
    /// the whole, for example because a mark joins a letter across a border, everything is plain: better no token than
    /// one that a message wrote.
    private func plain(
        _ plain: PlainRanges, of text: [UInt8], _ normalized: [UInt8], _ pass: EncodingPass
    ) throws -> PlainRanges {
        guard normalizer != nil, !plain.isEmpty else { return plain }
        if plain.covers(text.indices) { return .all }
        var ranges: [Range<Int>] = []
        var end = 0
        for (range, isPlain) in plain.parts(of: text.indices) {
            let place = range.lowerBound == 0 ? pass.place : .continuation
            let part = try normalize(Array(text[range]), pass.at(place)).bytes
            guard normalized[end...].starts(with: part) else { return .all }
            if isPlain { ranges.append(end..<end + part.count) }
            end += part.count
        }
        return end == normalized.count ? PlainRanges(ranges) : .all
    }
}
