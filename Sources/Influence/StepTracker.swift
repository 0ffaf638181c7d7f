import Basics

/// Cuts a response into steps while its tokens arrive.
///
/// A step ends with the token that completes a separator in the text, however tokens cut it, and with the tokens of white
/// space that follow that one; so whether a step is over is known when the next one begins. A separator with no text
/// before it in its step ends nothing. `StepSegmentation.init(promptLength:responseTokens:separator:)` runs this tracker
/// over a complete sequence, so the two agree by construction.
///
/// Without a choice of separator, a response is cut at newlines until a blank line separates something. Then all before it
/// becomes one step, and blank lines cut what follows; see `isUndecided`. A response without any newline is cut at every
/// token, which only its end can reveal; see `needsRecut`.
public struct StepTracker: Hashable, Sendable {
    /// Steps that have ended, the prompt first.
    public private(set) var closed: [Range<Int>]
    /// The number of tokens so far, including the prompt's.
    public private(set) var tokenCount: Int
    /// The first step that holds `</think>`, including the open one. The prompt is not examined.
    public private(set) var thinkingEnd: Int?
    /// Whether a blank line that comes later would still make one step of all so far.
    public private(set) var isUndecided: Bool
    private var chosen: StepSeparator
    private var matcher: SeparatorMatcher
    /// Looks for the blank line that decides.
    private var paragraphs = SeparatorMatcher(.blankLine)
    /// Whether a separator was found.
    private var isCut = false
    private var thinking = ThinkingEndMatcher()
    /// Whether the open step is over, if text follows.
    private var end = StepEnd.none

    /// - Parameter separator: Nil means blank lines; if none separates anything, newlines; if none of those does either,
    ///   every token is a step.
    /// - Precondition: The prompt has at least one token.
    public init(promptLength: Int, separator: StepSeparator? = nil) {
        precondition(promptLength > 0, "a prompt of \(promptLength) tokens is not a step")
        chosen = separator ?? .line
        isUndecided = separator == nil
        matcher = SeparatorMatcher(chosen)
        closed = [0..<promptLength]
        tokenCount = promptLength
    }

    /// A tracker for the same sequence from the start that uses `rightSeparator`.
    public var restarted: StepTracker {
        StepTracker(promptLength: closed[0].upperBound, separator: rightSeparator)
    }

    /// The separator used here.
    public var separator: StepSeparator { isUndecided && isEmpty ? .blankLine : chosen }

    private var isEmpty: Bool { tokenCount == closed[0].upperBound }

    /// The step being written, if it has a token.
    public var open: Range<Int>? {
        let start = closed[closed.count - 1].upperBound
        return start < tokenCount ? start..<tokenCount : nil
    }

    /// Appends the next response token.
    ///
    /// - Parameter mayClose: Pass false to keep the step open whatever the token contains, to bound the number of
    ///   steps.
    /// - Returns: The step that ended before this token, if one did: the last of `closed`, unless this token's blank
    ///   line joined them all.
    public mutating func append(_ bytes: some Collection<UInt8>, mayClose: Bool = true) -> Range<Int>? {
        let ended = mayClose && endsStep(before: bytes) ? finish() : nil
        if thinking.append(bytes), thinkingEnd == nil { thinkingEnd = closed.count }
        tokenCount += 1
        let found = matcher.append(bytes)
        if found != .none { end = found }
        isCut = isCut || found == .reached
        if isUndecided, paragraphs.append(bytes) == .reached { join() }
        return ended
    }

    /// Whether the open step is over, now that a token with these bytes follows.
    private mutating func endsStep(before bytes: some Collection<UInt8>) -> Bool {
        if end == .ifSpaceFollows, let first = bytes.first { end = first.isWhiteSpace ? .reached : .none }
        guard end == .reached, open != nil else { return false }
        return chosen == .token || bytes.contains { !$0.isWhiteSpace }
    }

    /// The first blank line: what precedes it is one step.
    private mutating func join() {
        (chosen, isUndecided) = (.blankLine, false)
        (matcher, end) = (paragraphs, .reached)
        closed.removeLast(closed.count - 1)
        if thinkingEnd != nil { thinkingEnd = closed.count }
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
    public var rightSeparator: StepSeparator { isUndecided && !isCut && !isEmpty ? .token : separator }

    /// Whether the response, if it ended here, would be cut at every token, because it has no newline. Attention summed
    /// by these steps is then useless: the finished sequence must be traced again, from `restarted`.
    public var needsRecut: Bool { rightSeparator != separator }
}
