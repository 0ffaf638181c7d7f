import JSONCoding
internal import Matching

/// Decodes WordPiece: a token without the prefix begins a word.
struct WordPieceDecoder: Sendable {
    private let prefix: [UInt8]
    private let cleansUp: Bool

    init(_ node: JSONNode) throws {
        prefix = Array(try node["prefix"].string().utf8)
        cleansUp = try node["cleanup"].bool(default: true)
    }

    func decode(_ token: [UInt8], isFirst: Bool) -> [UInt8] {
        var text = token
        if !isFirst { text = token.starts(with: prefix) ? Array(token.dropFirst(prefix.count)) : [0x20] + token }
        return cleansUp ? TextCleanup.apply(text) : text
    }
}

/// Decodes speech recognition (CTC): repeated tokens become one, and padding is dropped.
struct CTCDecoder: Sendable {
    private let padding: [UInt8]
    private let wordDelimiter: [UInt8]
    private let cleansUp: Bool

    init(_ node: JSONNode) throws {
        padding = Array(try node["pad_token"].string().utf8)
        wordDelimiter = Array(try node["word_delimiter_token"].string().utf8)
        cleansUp = try node["cleanup"].bool(default: true)
    }

    func text(of token: [UInt8]) -> [UInt8] {
        let text = TokenDecoder.replace(padding, in: token, with: [])
        return cleansUp ? TokenDecoder.replace(wordDelimiter, in: TextCleanup.apply(text), with: [0x20]) : text
    }
}

/// Removes the spaces that splitting English text put before punctuation and contractions.
private enum TextCleanup {
    private static let rules: [(LiteralPattern, [UInt8])] = [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ].map { (LiteralPattern(Array($0.utf8)), Array($1.utf8)) }

    static func apply(_ text: [UInt8]) -> [UInt8] {
        guard text.contains(UInt8(ascii: " ")) else { return text }
        return rules.reduce(text) { text, rule in
            var stage = LiteralReplacement(rule.0, with: rule.1)
            return stage.append(text) + stage.finish()
        }
    }
}

/// Replaces a string in a text that arrives in pieces: what may be the beginning of a match is held back.
struct LiteralReplacement: Sendable {
    private let pattern: LiteralPattern
    private let content: [UInt8]
    private var held: [UInt8] = []

    init(_ pattern: LiteralPattern, with content: [UInt8]) {
        self.pattern = pattern
        self.content = content
    }

    init(_ pattern: [UInt8], with content: [UInt8]) {
        self.init(LiteralPattern(pattern), with: content)
    }

    mutating func append(_ text: [UInt8]) -> [UInt8] {
        let text = held + text
        var replaced: [UInt8] = []
        var end = 0
        let begun = pattern.forEachMatch(in: text, text.indices) { match in
            replaced.append(contentsOf: text[end..<match.lowerBound])
            replaced.append(contentsOf: content)
            end = match.upperBound
        }
        replaced.append(contentsOf: text[end..<text.count - begun])
        held = Array(text.suffix(begun))
        return replaced
    }

    mutating func finish() -> [UInt8] {
        defer { held = [] }
        return held
    }
}

/// `TextStrip` for a text that arrives in pieces: what may be the end is held back.
struct StreamStrip: Sendable {
    private let content: [UInt8]
    private let stop: Int
    /// The number of characters that may still be removed from the beginning.
    private var startLeft: Int
    /// The number of copies of the character held back.
    private var heldCount = 0

    /// A text that continues another has no beginning to strip.
    init(_ strip: TextStrip, _ position: TextPosition = .start) {
        content = strip.content
        startLeft = position == .start ? strip.start : 0
        stop = strip.stop
    }

    mutating func append(_ text: [UInt8]) -> [UInt8] {
        if startLeft == 0, stop == 0 { return text }
        var rest = text[...]
        while startLeft > 0, !rest.isEmpty {
            guard rest.starts(with: content) else {
                startLeft = 0
                break
            }
            rest.removeFirst(content.count)
            startLeft -= 1
        }
        var count = 0
        while count < stop, rest.count >= content.count, rest.suffix(content.count).elementsEqual(content) {
            rest.removeLast(content.count)
            count += 1
        }
        // Copies held back so far are part of the text unless the end still reaches back to them.
        let reached = rest.isEmpty ? min(heldCount, stop - count) : 0
        let released = heldCount - reached
        heldCount = reached + count
        return (0..<released).flatMap { _ in content } + rest
    }
}
