import Basics
import Influence
import Testing

@Suite("Step segmentation")
struct StepSegmentationTests {
    private func cut(_ tokens: [String], prompt: Int = 3) -> StepSegmentation {
        StepSegmentation(promptLength: prompt, responseTokens: tokens.map { Array($0.utf8) })
    }

    @Test("A step ends after a token that contains a blank line; what follows the last is a step")
    func blankLines() {
        let steps = cut(["a", "b\n\n", "c", "\n", "d\n\nx", "e", "f"])
        #expect(steps.ranges == [0..<3, 3..<5, 5..<8, 8..<10])
        #expect(steps.separator == .blankLine && steps.thinkingEnd == nil)
    }

    @Test("A blank line in the final token closes its step and leaves no empty one")
    func finalSeparator() {
        #expect(cut(["a", "b", "\n\n"]).ranges == [0..<3, 3..<6])
    }

    @Test("Newlines in neighbouring tokens are no blank line")
    func newlineAcrossTokens() {
        let steps = cut(["a\n", "\nb", "c"])
        #expect(steps.separator == .newline)
        #expect(steps.ranges == [0..<3, 3..<4, 4..<5, 5..<6])
    }

    @Test("Without a blank line, newlines cut; without those, every token is a step")
    func fallbacks() {
        #expect(cut(["a", "b\n", "c", "d"]).ranges == [0..<3, 3..<5, 5..<7])
        let tokens = cut(["a", "b", "c"])
        #expect(tokens.separator == .token && tokens.ranges == [0..<3, 3..<4, 4..<5, 5..<6])
    }

    @Test("An empty response leaves the prompt alone")
    func emptyResponse() {
        let steps = cut([], prompt: 7)
        #expect(steps.ranges == [0..<7] && steps.separator == .blankLine)
        #expect(steps.responseLength == 0 && steps.responseSteps.isEmpty && steps.scoredSteps().isEmpty)
    }

    @Test("Carriage returns between newlines break up a blank line")
    func carriageReturns() {
        #expect(TokenFlags(lineBreaksIn: "\r\n\r\n".utf8) == [.newline])
        #expect(TokenFlags(lineBreaksIn: "\n\n\n".utf8) == [.newline, .blankLine])
        #expect(TokenFlags(lineBreaksIn: "x".utf8) == [])
    }

    @Test(
        "The end of thinking is found as one token or many, in the step where it is completed",
        arguments: [
            ["a\n\n", "b", "</think>", "c\n\n", "d"], ["a\n\n", "b", "<", "/th", "ink", ">\n\n", "c", "d"],
            ["a\n\n", "b</thi", "nk>c", "\n\n", "d"], ["a\n\n<", "/think>", "b\n\n", "c"],
            ["a\n\n", "<<", "/think", ">", "\n\n"], ["a\n\n", "</think>", "\n\n", "b\n\n", "</think>"],
        ])
    func thinkingEnd(tokens: [String]) {
        #expect(cut(tokens).thinkingEnd == 2)
    }

    @Test(
        "What only resembles the marker does not end thinking",
        arguments: ["</thin>k>", "< /think>", "</think", "think>"])
    func noThinkingEnd(text: String) {
        #expect(cut(text.map(String.init)).thinkingEnd == nil)
    }

    @Test("Scored steps leave out the prompt, the first response step, and steps from the end of thinking on")
    func scoredSteps() {
        let text = ["a\n\n", "b\n\n", "c\n\n", "</think>\n\n", "d\n\n", "e"]
        let steps = cut(text)
        #expect(steps.scoredSteps() == 2..<4)
        #expect(steps.scoredSteps(includingAfterThinking: true) == 2..<7)
        #expect(cut(["</think>\n\n", "a\n\n", "b"]).scoredSteps().isEmpty)
        #expect(cut(["a\n\n", "b"]).scoredSteps() == 2..<3)
        #expect(cut(["a"]).scoredSteps().isEmpty)
    }
}

@Suite("Step tracker")
struct StepTrackerTests {
    private static let texts: [[String]] = [
        ["a", "b\n\n", "c", "d\n\n"], ["\n\n", "\n\n", "x"], ["a", "b", "\n\n"],
        ["a\n\n", "</thi", "nk>", "b", "\n\nc", "d"],
    ]

    private func flags(_ tokens: [String]) -> [TokenFlags] {
        var matcher = ThinkingEndMatcher()
        return tokens.map {
            TokenFlags(lineBreaksIn: $0.utf8).union(matcher.append($0.utf8) ? .thinkingEnd : [])
        }
    }

    @Test("Token by token, the steps are those of the whole response", arguments: texts)
    func agreesWithBatch(tokens: [String]) {
        let flags = flags(tokens)
        var tracker = StepTracker(promptLength: 4)
        var closed: [Range<Int>] = []
        for (index, flag) in flags.enumerated() {
            if let step = tracker.append(flag) { closed.append(step) }
            let batch = StepSegmentation(promptLength: 4, responseFlags: flags[...index])
            if !tracker.needsRecut { #expect(tracker.segmentation == batch) }
            #expect(tracker.rightSeparator == batch.separator)
        }
        if let step = tracker.finish() { closed.append(step) }
        #expect(!tracker.needsRecut)
        #expect(closed == Array(tracker.segmentation.ranges.dropFirst()))
        #expect(tracker.segmentation == StepSegmentation(promptLength: 4, responseFlags: flags))
        #expect(tracker.finish() == nil)
    }

    @Test("A response without a blank line asks to be cut again, by the separator the whole response has")
    func recut() {
        var tracker = StepTracker(promptLength: 1)
        #expect(!tracker.needsRecut)
        for flag in flags(["a", "b"]) { #expect(tracker.append(flag) == nil) }
        #expect(tracker.needsRecut && tracker.rightSeparator == .token)
        _ = tracker.append(.newline)
        #expect(tracker.needsRecut && tracker.rightSeparator == .newline)
        var again = StepTracker(promptLength: 1, separator: tracker.rightSeparator)
        #expect([TokenFlags](["a", "b"].map { _ in [] } + [.newline]).map { again.append($0) } == [nil, nil, 1..<4])
        #expect(!again.needsRecut)
        _ = tracker.append([.newline, .blankLine])
        #expect(!tracker.needsRecut)
    }

    @Test("The open step grows until it closes")
    func openStep() {
        var tracker = StepTracker(promptLength: 2)
        #expect(tracker.open == nil && tracker.tokenCount == 2)
        _ = tracker.append([])
        #expect(tracker.open == 2..<3)
        #expect(tracker.append(.blankLine) == 2..<4)
        #expect(tracker.open == nil && tracker.closed == [0..<2, 2..<4])
    }
}
