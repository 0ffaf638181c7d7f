/// Where a text stands in a sequence of tokens.
public enum TextPosition: Sendable {
    /// At the beginning.
    case start
    /// After tokens of another text, which end in a complete token.
    ///
    /// Such a text gets nothing that belongs to the beginning of a text: no special tokens in front, no prefix space,
    /// and white space at its beginning stays. Its ids, put after the others, decode to both texts joined.
    case continuing
}

/// What becomes of special tokens, such as "<|im_end|>", that are spelled out in a text.
public struct SpecialTokenReading: Sendable {
    let plain: PlainRanges

    /// They are the tokens they spell.
    public static let recognized = SpecialTokenReading(plain: .none)
    /// They are text like any other, as with `split_special_tokens` of transformers.
    public static let asText = SpecialTokenReading(plain: .all)

    /// They are text where they touch one of the ranges, and the tokens they spell elsewhere.
    ///
    /// For a rendered conversation whose messages must not write control tokens.
    ///
    /// - Parameter ranges: Offsets in the text's UTF-8 bytes, in any order.
    public static func asText(in ranges: [Range<Int>]) -> SpecialTokenReading {
        SpecialTokenReading(plain: PlainRanges(ranges))
    }
}

extension Tokenizer {
    /// The special tokens that `encode` puts in front of a text at the start, often a beginning of text; none in many
    /// vocabularies.
    ///
    /// `configuration.addsBosToken` can say otherwise, where two versions of transformers differ.
    public var prefixTokens: [Int32] { postProcessor.prefix }

    /// The special tokens that `encode` puts after a text; mostly none.
    public var suffixTokens: [Int32] { postProcessor.suffix }

    /// The ids of a text.
    ///
    /// - Parameters:
    ///   - addSpecialTokens: Whether to put the file's special tokens around it, such as a beginning of text.
    ///   - position: Where the text stands. A continuing text gets no special tokens in front.
    ///   - specialTokens: What becomes of special tokens that are spelled out in the text. Added tokens that are not
    ///     special, such as "<think>" in many vocabularies, are always recognized.
    /// - Complexity: O(n log n) in the length of the text, for any text.
    public func encode(
        _ text: String, addSpecialTokens: Bool = true, position: TextPosition = .start,
        specialTokens: SpecialTokenReading = .recognized
    ) -> [Int32] {
        let bytes = Array(text.utf8)
        var ids = addSpecialTokens && position == .start ? postProcessor.prefix : []
        ids.reserveCapacity(ids.count + bytes.count / 3 + 2)
        var scratch = BytePairModel.Scratch()
        for part in plainTokens.split(bytes, plain: specialTokens.plain) {
            switch part {
            case .token(let id): ids.append(id)
            case .text(let range):
                let place: PreTokenizer.Place =
                    range.lowerBound > 0 ? .middle : position == .start ? .start : .continuation
                let plain = specialTokens.plain.within(range)
                encode(range == bytes.indices ? bytes : Array(bytes[range]), at: place, plain, into: &ids, &scratch)
            }
        }
        if addSpecialTokens { ids.append(contentsOf: postProcessor.suffix) }
        return ids
    }

    /// Encodes a stretch between added tokens.
    private func encode(
        _ stretch: [UInt8], at place: PreTokenizer.Place, _ plain: PlainRanges, into ids: inout [Int32],
        _ scratch: inout BytePairModel.Scratch
    ) {
        let normalized = normalize(stretch, at: place)
        let normalizedPlain = normalizedTokens.hasSpecialTokens ? self.plain(plain, of: stretch, at: place) : .none
        for part in normalizedTokens.split(normalized, plain: normalizedPlain) {
            switch part {
            case .token(let id): ids.append(id)
            case .text(let inner):
                let whole = inner == normalized.indices ? normalized : Array(normalized[inner])
                let pieces = preTokenizer.apply(whole, at: inner.lowerBound == 0 ? place : .middle)
                for piece in pieces.ranges { model.encode(pieces.text, piece, into: &ids, &scratch) }
            }
        }
    }

    private func normalize(_ text: [UInt8], at place: PreTokenizer.Place) -> [UInt8] {
        normalizer?.apply(text, isContinuing: place == .continuation) ?? text
    }

    /// Where plain text lies in the normalized form of `text`.
    ///
    /// Normalizers work from left to right, so what stands before a border is normalized alike with and without what
    /// follows. Where it is not, the whole is plain: rather no token than one that a message wrote.
    private func plain(_ plain: PlainRanges, of text: [UInt8], at place: PreTokenizer.Place) -> PlainRanges {
        guard normalizer != nil, !plain.isEmpty, !plain.covers(text.indices) else { return plain }
        let whole = normalize(text, at: place)
        var ranges: [Range<Int>] = []
        for range in plain.clamped(to: text.indices) {
            let before = normalize(Array(text[..<range.lowerBound]), at: place)
            let through = normalize(Array(text[..<range.upperBound]), at: place)
            guard whole.starts(with: before), whole.starts(with: through), before.count <= through.count else {
                return .all
            }
            ranges.append(before.count..<through.count)
        }
        return PlainRanges(ranges)
    }
}
