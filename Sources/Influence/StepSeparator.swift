/// Where the steps of a response end.
public enum StepSeparator: Hashable, Sendable {
    /// A blank line in the text: two newlines with at most spaces, tabs and carriage returns between them.
    case blankLine
    /// A newline.
    case line
    /// The end of a sentence, or a newline; see `SentenceMatcher`.
    case sentence
    /// Every token is a step.
    case token
    /// This text, which is not empty.
    case text(String)

    /// The most bytes of a separator's text.
    public static let longestText = 64
}

/// A separator by name, as in files and messages.
public enum SeparatorName: String, CaseIterable, Hashable, Sendable {
    /// Blank lines; if none separates anything, newlines; if none of those does either, every token.
    case auto
    case blankLine = "blank_line"
    case line, sentence, token
    /// A text of one's own.
    case text

    /// The separator; nil for `auto`.
    ///
    /// - Parameter text: For `text` alone.
    /// - Throws: `SeparatorError` if there is no text that can be one, or a text that is not used.
    public func separator(text: String) throws(SeparatorError) -> StepSeparator? {
        if self != .text, !text.isEmpty { throw .unused(text: text, by: self) }
        switch self {
        case .auto: return nil
        case .blankLine: return .blankLine
        case .line: return .line
        case .sentence: return .sentence
        case .token: return .token
        case .text:
            guard 1...StepSeparator.longestText ~= text.utf8.count else { throw .length(text.utf8.count) }
            return .text(text)
        }
    }
}

/// A separator's text is missing, too long or not used.
public enum SeparatorError: Error, Equatable, CustomStringConvertible {
    case length(Int)
    case unused(text: String, by: SeparatorName)

    public var description: String {
        switch self {
        case .length(let bytes):
            "The separator's text has \(bytes) bytes. Give 1 to \(StepSeparator.longestText)."
        case .unused(_, let name):
            "A separator's text is given and the separator is \(name.rawValue). Choose the separator text, or leave the text "
                + "out."
        }
    }
}

/// What a token means for the step it belongs to.
enum StepEnd: Hashable, Sendable {
    case none
    /// The separator is complete.
    case reached
    /// It is if white space follows.
    case ifSpaceFollows
}

/// Finds a separator in a text that comes in pieces. A separator counts if its step has text before it, so that no step
/// is white space only.
struct SeparatorMatcher: Hashable, Sendable {
    private let separator: StepSeparator
    private var lines = LineMatcher()
    private var sentences = SentenceMatcher()
    private var text: TextMatcher
    /// Whether the step has text other than white space so far.
    private var hasText = false

    init(_ separator: StepSeparator) {
        self.separator = separator
        if case .text(let wanted) = separator { text = TextMatcher(wanted) } else { text = TextMatcher("") }
    }

    /// Begins a step.
    mutating func beginStep() {
        hasText = false
        sentences.begin()
    }

    /// Takes the next token's bytes.
    mutating func append(_ bytes: some Sequence<UInt8>) -> StepEnd {
        if separator == .token { return .reached }
        var end = StepEnd.none
        for byte in bytes {
            let line = lines.append(byte)
            let found: StepEnd =
                switch separator {
                case .blankLine: line == .blank ? .reached : .none
                case .line: line != .none ? .reached : .none
                case .sentence: line != .none ? .reached : sentences.append(byte)
                case .text: text.append(byte) ? .reached : .none
                case .token: .reached
                }
            hasText = hasText || !byte.isWhiteSpace
            if hasText, end != .reached { end = found }
        }
        return end
    }
}

/// Finds newlines and blank lines.
struct LineMatcher: Hashable, Sendable {
    enum End: Hashable {
        case none, line, blank
    }

    /// Whether only spaces, tabs and carriage returns have come since a newline.
    private var isAfterNewline = false

    mutating func append(_ byte: UInt8) -> End {
        switch byte {
        case UInt8(ascii: "\n"):
            defer { isAfterNewline = true }
            return isAfterNewline ? .blank : .line
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): return .none
        default:
            isAfterNewline = false
            return .none
        }
    }
}

/// Finds a text of at most `StepSeparator.longestText` bytes.
private struct TextMatcher: Hashable, Sendable {
    private let wanted: [UInt8]
    /// The last bytes, as many as are wanted.
    private var recent: [UInt8] = []

    init(_ wanted: String) { self.wanted = Array(wanted.utf8) }

    mutating func append(_ byte: UInt8) -> Bool {
        guard !wanted.isEmpty else { return false }
        if recent.count == wanted.count { recent.removeFirst() }
        recent.append(byte)
        guard recent == wanted else { return false }
        recent.removeAll(keepingCapacity: true)
        return true
    }
}

extension UInt8 {
    /// Whether this is ASCII white space.
    var isWhiteSpace: Bool { self == 0x20 || 0x09...0x0D ~= self }
}
