extension StepSegmentation {
    /// Cuts a complete sequence into steps.
    ///
    /// Step 0 is the prompt. A response step ends with the token that completes a separator and any white space that
    /// follows, see `StepTracker`; tokens after the last separator form a final step.
    ///
    /// Source: arXiv:2509.26628, its released code for the fallbacks. Departures: that code looks for blank lines within
    /// tokens, and many vocabularies have no token with one; and it cuts scores at the last `</think>`, where
    /// `thinkingEnd` is the first, since what a model writes after it is its answer. A marker that begins in one step's
    /// last token counts for the step in which it is completed. Markers in the prompt, such as a template's empty
    /// thinking block, do not count.
    ///
    /// - Parameters:
    ///   - promptLength: The number of prompt tokens; must be at least 1.
    ///   - responseTokens: The bytes of each response token. If there are none, the prompt is the only step.
    ///   - separator: Nil means blank lines; if none separates anything, newlines; if none of those does either, every
    ///     token is a step.
    public init(
        promptLength: Int, responseTokens: some Collection<some Collection<UInt8>>, separator: StepSeparator? = nil
    ) {
        var tracker = StepTracker(promptLength: promptLength, separator: separator)
        for bytes in responseTokens { _ = tracker.append(bytes) }
        if tracker.needsRecut {
            tracker = tracker.restarted
            for bytes in responseTokens { _ = tracker.append(bytes) }
        }
        self = tracker.segmentation
    }

    /// The number of tokens in the sequence, including the prompt's.
    public var tokenCount: Int { ranges[ranges.count - 1].upperBound }

    /// The number of tokens in the prompt.
    public var promptLength: Int { ranges[0].upperBound }

    /// The number of tokens in the response.
    public var responseLength: Int { tokenCount - promptLength }

    /// The steps of the response, without the prompt.
    public var responseSteps: Range<Int> { 1..<count }

    /// Steps that can have influence and be branched at: those of the response except the first, up to the one that
    /// holds `</think>`, or to the end if steps after it are requested.
    public func scoredSteps(includingAfterThinking: Bool = false) -> Range<Int> {
        let end = includingAfterThinking ? count : min(thinkingEnd ?? count, count)
        return 2..<max(2, end)
    }
}
