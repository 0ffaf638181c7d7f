import Basics

/// Cuts a response into steps while its tokens arrive.
///
/// A step ends with the token that completes a separator in the text, however tokens cut it, and with the tokens of white
/// space that follow that one; so whether a step is over is known when the next one begins. A separator with no text
/// before it in its step ends nothing. `StepSegmentation.init(promptLength:responseTokens:separator:)` runs this tracker
/// over a complete sequence, so the two agree by construction, with one exception that only the end of a response can
/// reveal: without a choice of separator, a response in which no blank line separates anything is cut at newlines, or at
/// every token. `rightSeparator` is the one to use; see `needsRecut`.
public struct StepTracker: Hashable, Sendable {
    /// The separator used here.
    public let separator: StepSeparator
    /// Steps that have ended, the prompt first.
    public private(set) var closed: [Range<Int>]
    /// The number of tokens so far, including the prompt's.
    public private(set) var tokenCount: Int
    /// The first step that holds `</think>`, including the open one. The prompt is not examined.
    public private(set) var thinkingEnd: Int?
    private let isAutomatic: Bool
    private var matcher: SeparatorMatcher
    private var thinking = ThinkingEndMatcher()
    /// Whether the open step is over, if text follows.
    private var end = StepEnd.none
    private var fallback = FallbackMatcher()

    /// - Parameter separator: Nil means blank lines, or what `rightSeparator` turns out to be.
    /// - Precondition: The prompt has at least one token.
    public init(promptLength: Int, separator: StepSeparator? = nil) {
        self.init(promptLength: promptLength, separator: separator ?? .blankLine, isAutomatic: separator == nil)
    }

    private init(promptLength: Int, separator: StepSeparator, isAutomatic: Bool) {
        precondition(promptLength > 0, "a prompt of \(promptLength) tokens is not a step")
        self.separator = separator
        self.isAutomatic = isAutomatic
        matcher = SeparatorMatcher(separator)
        closed = [0..<promptLength]
        tokenCount = promptLength
    }

    /// A tracker for the same sequence from the start that uses `rightSeparator`.
    public var restarted: StepTracker {
        StepTracker(promptLength: closed[0].upperBound, separator: rightSeparator, isAutomatic: isAutomatic)
    }

    /// The step being written, if it has a token.
    public var open: Range<Int>? {
        let start = closed[closed.count - 1].upperBound
        return start < tokenCount ? start..<tokenCount : nil
    }

    /// Appends the next response token.
    ///
    /// - Parameter mayClose: Pass false to keep the step open whatever the token contains, to bound the number of
    ///   steps.
    /// - Returns: The step that ended before this token, if one did; its index is `closed.count - 1`.
    public mutating func append(_ bytes: some Collection<UInt8>, mayClose: Bool = true) -> Range<Int>? {
        let ended = mayClose && endsStep(before: bytes) ? finish() : nil
        if thinking.append(bytes), thinkingEnd == nil { thinkingEnd = closed.count }
        tokenCount += 1
        if isAutomatic { fallback.append(bytes) }
        let found = matcher.append(bytes)
        if found != .none { end = found }
        return ended
    }

    /// Whether the open step is over, now that a token with these bytes follows.
    private mutating func endsStep(before bytes: some Collection<UInt8>) -> Bool {
        if end == .ifSpaceFollows, let first = bytes.first { end = first.isWhiteSpace ? .reached : .none }
        guard end == .reached, open != nil else { return false }
        return separator == .token || bytes.contains { !$0.isWhiteSpace }
    }

    /// Closes the open step, at the end of a response.
    ///
    /// - Returns: That step; nil if there is no response.
    public mutating func finish() -> Range<Int>? {
        guard let step = open else { return nil }
        closed.append(step)
        matcher.beginStep()
        end = .none
        return step
    }

    /// The steps so far, including an open one at the end.
    public var segmentation: StepSegmentation {
        StepSegmentation(ranges: closed + (open.map { [$0] } ?? []), separator: separator, thinkingEnd: thinkingEnd)
    }

    /// The separator for a response with the tokens so far.
    public var rightSeparator: StepSeparator {
        guard isAutomatic, tokenCount > closed[0].upperBound else { return separator }
        return fallback.separator
    }

    /// Whether the response, if it ended here, would be cut by another separator. Attention summed by these steps is
    /// then useless: the finished sequence must be traced again, from `restarted`.
    public var needsRecut: Bool { rightSeparator != separator }
}

/// Finds out by what a response can be cut: blank lines if one follows any text, otherwise newlines, otherwise single
/// tokens.
private struct FallbackMatcher: Hashable, Sendable {
    private var lines = LineMatcher()
    private var hasText = false
    private(set) var separator = StepSeparator.token

    mutating func append(_ bytes: some Sequence<UInt8>) {
        guard separator != .blankLine else { return }
        for byte in bytes {
            let line = lines.append(byte)
            if hasText, line == .blank { separator = .blankLine }
            if hasText, line == .line, separator == .token { separator = .line }
            hasText = hasText || !byte.isWhiteSpace
        }
    }
}
