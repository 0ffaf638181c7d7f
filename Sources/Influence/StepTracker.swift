/// Cuts a response into steps while its tokens arrive.
///
/// A step ends after a token that contains the separator. `StepSegmentation.init(promptLength:responseFlags:)` runs
/// this tracker over a complete sequence, so the two agree by construction, with one exception that only the end of a
/// response can reveal: a response without a blank line is cut at newlines, or at every token. `rightSeparator` is the
/// one to use; see `needsRecut`.
public struct StepTracker: Hashable, Sendable {
    /// The separator used here.
    public let separator: StepSeparator
    /// Steps that have ended, the prompt first.
    public private(set) var closed: [Range<Int>]
    /// The number of tokens so far, including the prompt's.
    public private(set) var tokenCount: Int
    /// The first step that holds `</think>`, including the open one. The prompt is not examined.
    public private(set) var thinkingEnd: Int?
    private var seen: TokenFlags = []

    /// - Precondition: The prompt has at least one token.
    public init(promptLength: Int, separator: StepSeparator = .blankLine) {
        precondition(promptLength > 0, "a prompt of \(promptLength) tokens is not a step")
        self.separator = separator
        closed = [0..<promptLength]
        tokenCount = promptLength
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
    /// - Returns: The step this token ends, if it ends one; its index is `closed.count - 1`.
    public mutating func append(_ flags: TokenFlags, mayClose: Bool = true) -> Range<Int>? {
        seen.formUnion(flags)
        if thinkingEnd == nil, flags.contains(.thinkingEnd) { thinkingEnd = closed.count }
        tokenCount += 1
        return mayClose && separator.closes(flags) ? finish() : nil
    }

    /// Closes the open step, at the end of a response.
    ///
    /// - Returns: That step; nil if the last token already ended one or there is no response.
    public mutating func finish() -> Range<Int>? {
        guard let step = open else { return nil }
        closed.append(step)
        return step
    }

    /// The steps so far, including an open one at the end.
    public var segmentation: StepSegmentation {
        StepSegmentation(ranges: closed + (open.map { [$0] } ?? []), separator: separator, thinkingEnd: thinkingEnd)
    }

    /// The separator for a response with the tokens so far.
    public var rightSeparator: StepSeparator { StepSeparator(forResponseWith: seen) }

    /// Whether the response, if it ended here, would be cut by another separator. Attention summed by these steps is
    /// then useless: the finished sequence must be traced again with `rightSeparator`.
    public var needsRecut: Bool { open == nil && closed.count == 1 ? false : rightSeparator != separator }
}
