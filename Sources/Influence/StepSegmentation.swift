import Basics

extension StepSegmentation {
    /// Cuts a complete sequence into steps.
    ///
    /// Step 0 is the prompt. A response step ends after a token whose text contains a blank line; if no response token
    /// does, after tokens that contain a newline; if none does either, every token is a step. A separator in the final
    /// token closes its step; tokens after the last separator form a final step.
    ///
    /// Source: arXiv:2509.26628, its released code for the fallbacks. Departure: that code cuts scores at the last
    /// `</think>`; `thinkingEnd` is the first, since what a model writes after it is its answer. A marker that begins
    /// in one step's last token counts for the step in which it is completed. Markers in the prompt, such as a
    /// template's empty thinking block, do not count.
    ///
    /// - Parameters:
    ///   - promptLength: The number of prompt tokens; must be at least 1.
    ///   - responseFlags: One element for each response token. If there are none, the prompt is the only step and the
    ///     separator is `blankLine`, since nothing called for a fallback.
    public init(promptLength: Int, responseFlags: some Collection<TokenFlags>) {
        let seen = responseFlags.reduce(into: TokenFlags()) { $0.formUnion($1) }
        let separator = responseFlags.isEmpty ? .blankLine : StepSeparator(forResponseWith: seen)
        var tracker = StepTracker(promptLength: promptLength, separator: separator)
        for flags in responseFlags { _ = tracker.append(flags) }
        self = tracker.segmentation
    }

    /// Cuts a sequence, given the bytes of its response tokens; see `init(promptLength:responseFlags:)`.
    public init(promptLength: Int, responseTokens: some Collection<[UInt8]>) {
        var matcher = ThinkingEndMatcher()
        let flags = responseTokens.map { bytes in
            TokenFlags(lineBreaksIn: bytes).union(matcher.append(bytes) ? .thinkingEnd : [])
        }
        self.init(promptLength: promptLength, responseFlags: flags)
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
