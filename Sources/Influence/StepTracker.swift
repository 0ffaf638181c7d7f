/// Cuts a response into steps while its tokens arrive.
///
/// A step ends after a token that holds the separator. `StepSegmentation.init(promptLength:responseFlags:)` is this
/// tracker run over tokens that are all known, so the two agree by construction, with one exception that only the end
/// of a response can reveal: a response without a blank line is cut at newlines, or at every token. `rightSeparator`
/// tells; see `needsRecut`.
public struct StepTracker: Hashable, Sendable {
    /// What ends a step here.
    public let separator: StepSeparator
    /// Steps that have ended, the prompt first.
    public private(set) var closed: [Range<Int>]
    /// Tokens of the sequence so far, the prompt's included.
    public private(set) var tokenCount: Int
    /// The first step that holds `</think>`, the open one included. The prompt is not looked at.
    public private(set) var thinkingEnd: Int?
    private var seen: TokenFlags = []

    /// - Precondition: The prompt has a token.
    public init(promptLength: Int, separator: StepSeparator = .blankLine) {
        precondition(promptLength > 0, "a prompt of \(promptLength) tokens is not a step")
        self.separator = separator
        closed = [0..<promptLength]
        tokenCount = promptLength
    }

    /// The step that is being written, when it has a token.
    public var open: Range<Int>? {
        let start = closed[closed.count - 1].upperBound
        return start < tokenCount ? start..<tokenCount : nil
    }

    /// Takes the next response token.
    ///
    /// - Parameter mayClose: False keeps the step open whatever the token holds, to bound the number of steps.
    /// - Returns: The step this token ends, if it ends one; its index is `closed.count - 1`.
    public mutating func append(_ flags: TokenFlags, mayClose: Bool = true) -> Range<Int>? {
        seen.formUnion(flags)
        if thinkingEnd == nil, flags.contains(.thinkingEnd) { thinkingEnd = closed.count }
        tokenCount += 1
        return mayClose && separator.closes(flags) ? finish() : nil
    }

    /// Ends the open step, as at the end of a response.
    ///
    /// - Returns: That step; nil when the last token ended one already or there is no response.
    public mutating func finish() -> Range<Int>? {
        guard let step = open else { return nil }
        closed.append(step)
        return step
    }

    /// The steps so far; an open one is the last.
    public var segmentation: StepSegmentation {
        StepSegmentation(ranges: closed + (open.map { [$0] } ?? []), separator: separator, thinkingEnd: thinkingEnd)
    }

    /// The separator by which a response with the tokens so far is cut.
    public var rightSeparator: StepSeparator { StepSeparator(forResponseWith: seen) }

    /// Whether the response, if it ended here, would be cut by another separator. Attention that was summed by these
    /// steps does not serve then: the finished sequence has to be traced again with `rightSeparator`.
    public var needsRecut: Bool { open == nil && closed.count == 1 ? false : rightSeparator != separator }
}
