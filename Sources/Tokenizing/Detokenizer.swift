/// Turns tokens into text as they arrive.
///
/// The pieces returned, put together, are exactly what `Tokenizer.decode` gives for all the tokens; a piece never ends
/// inside a character. Bytes that cannot become a character are written as U+FFFD once that is certain. Each token
/// costs constant time, except that a run of byte fallback tokens is held back until it ends: the reference
/// implementation decodes such a run all or nothing.
public struct Detokenizer: Sendable {
    private let tokenizer: Tokenizer
    private let skipsSpecialTokens: Bool
    private var hasSeenToken: Bool
    /// Bytes that are not text yet: the beginning of a character, or a run of byte fallback tokens.
    private var pending: [UInt8] = []
    private var outerStrips: [StreamStrip]

    init(_ tokenizer: Tokenizer, skipSpecialTokens: Bool, position: TextPosition) {
        self.tokenizer = tokenizer
        skipsSpecialTokens = skipSpecialTokens
        hasSeenToken = position == .continuing
        outerStrips = tokenizer.decoder.outerStrips.map { StreamStrip($0, position: position) }
    }

    /// Takes a token and returns the text that it completes.
    ///
    /// Ids that name no token add nothing.
    public mutating func append(_ id: Int32) -> String {
        let texts = tokenizer.texts
        guard texts.isKnown(id), !(skipsSpecialTokens && texts.isSpecial(id)) else { return "" }
        defer { hasSeenToken = true }
        if tokenizer.decoder.isByteLevel {
            pending.append(contentsOf: texts.bytes(of: id))
            return takeCompleteText()
        }
        if texts.isFallbackByte(id) {
            pending.append(contentsOf: texts.bytes(of: id))
            return ""
        }
        return strip(takeFallbackRun() + ownText(of: id))
    }

    /// Ends the text and returns what was held back, except what is stripped from the end.
    public mutating func finish() -> String {
        strip(tokenizer.decoder.isByteLevel ? takeAllText() : takeFallbackRun())
    }

    // MARK: Byte level

    private mutating func takeCompleteText() -> String {
        let held = UTF8Scalar.incompleteSuffix(pending)
        let text = String(decoding: pending.dropLast(held), as: UTF8.self)
        pending.removeFirst(pending.count - held)
        return strip(text)
    }

    private mutating func takeAllText() -> String {
        defer { pending.removeAll() }
        return String(decoding: pending, as: UTF8.self)
    }

    // MARK: Characters

    private func ownText(of id: Int32) -> String {
        guard hasSeenToken else { return String(decoding: tokenizer.firstText(of: id), as: UTF8.self) }
        return tokenizer.decoder.separator + String(decoding: tokenizer.texts.bytes(of: id), as: UTF8.self)
    }

    /// The run of fallback bytes as text if it is UTF-8, else one U+FFFD for each byte.
    private mutating func takeFallbackRun() -> String {
        guard !pending.isEmpty else { return "" }
        defer { pending.removeAll() }
        return String(validating: pending, as: UTF8.self) ?? String(repeating: "\u{FFFD}", count: pending.count)
    }

    private mutating func strip(_ text: String) -> String {
        outerStrips.indices.reduce(text) { outerStrips[$1].append($0) }
    }
}

/// `TextStrip` for a text that arrives in pieces: what might be the end is held back.
private struct StreamStrip: Sendable {
    private let content: String
    private let stop: Int
    /// How many characters may still be removed from the beginning.
    private var startLeft: Int
    private var held = ""

    init(_ strip: TextStrip, position: TextPosition) {
        content = String(decoding: strip.content, as: UTF8.self)
        startLeft = position == .start ? strip.start : 0
        stop = strip.stop
    }

    mutating func append(_ text: String) -> String {
        var scalars = (held + text).unicodeScalars[...]
        held = ""
        while startLeft > 0, let first = scalars.first {
            guard String(first).utf8.elementsEqual(content.utf8) else {
                startLeft = 0
                break
            }
            scalars.removeFirst()
            startLeft -= 1
        }
        var heldCount = 0
        while heldCount < stop, let last = scalars.last, String(last).utf8.elementsEqual(content.utf8) {
            scalars.removeLast()
            heldCount += 1
        }
        held = String(repeating: content, count: heldCount)
        return String(Substring(scalars))
    }
}
