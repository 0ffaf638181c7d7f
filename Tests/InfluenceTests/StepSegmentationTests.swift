import Foundation
import Influence
import Testing

@Suite("Step segmentation")
struct StepSegmentationTests {
    private func cut(_ tokens: [String], prompt: Int = 3, by separator: StepSeparator? = nil) -> StepSegmentation {
        StepSegmentation(promptLength: prompt, responseTokens: tokens.map { Array($0.utf8) }, separator: separator)
    }

    /// The texts of a response's steps, with every byte a token.
    private func texts(_ response: String, by separator: StepSeparator? = nil) -> [String] {
        let bytes = response.utf8.map { [$0] }
        let steps = StepSegmentation(promptLength: 1, responseTokens: bytes, separator: separator)
        return steps.ranges.dropFirst().map { step in
            String(decoding: bytes[step.lowerBound - 1..<step.upperBound - 1].joined(), as: UTF8.self)
        }
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

    @Test("A blank line is one however tokens cut it, with white space in it and behind it")
    func blankLineAcrossTokens() {
        let steps = cut(["a\n", "\nb", "c"])
        #expect(steps.separator == .blankLine && steps.ranges == [0..<3, 3..<5, 5..<6])
        #expect(cut(["a", "\n", "\n", "b"]).ranges == [0..<3, 3..<6, 6..<7])
        #expect(cut(["a", "\n", " ", "\t\n", "\n", "  ", "b"]).ranges == [0..<3, 3..<9, 9..<10])
        #expect(cut(["a", "\r\n", "\r\n", "b", "\r\n\r\n", "c"]).ranges == [0..<3, 3..<6, 6..<8, 8..<9])
        // A token may bring the text that follows.
        #expect(cut(["a", "\n", "\nb", "c"]).ranges == [0..<3, 3..<6, 6..<7])
        #expect(cut(["a", "\n", "b", "\n", "c"]).separator == .line)
    }

    @Test("No step is white space only")
    func whiteSpace() {
        #expect(cut(["\n\n", "a", "\n\n", "\n", "\n\n", "b"]).ranges == [0..<3, 3..<8, 8..<9])
        #expect(cut(["a", "\n\n", " ", "\n"]).ranges == [0..<3, 3..<7])
        #expect(cut(["\n\n"]).ranges == [0..<3, 3..<4])
        // A blank line that separates nothing calls for another separator.
        #expect(cut(["\n\n", "a", "\n", "b"]).separator == .line)
        #expect(cut(["\n\n", "a", "b"]).separator == .token)
        // Tokens without a text, such as a marker that decoding leaves out, are like white space.
        #expect(cut(["a", "\n\n", "", "b"]).ranges == [0..<3, 3..<6, 6..<7])
    }

    @Test("Lists, code and thinking are cut at their blank lines")
    func documents() {
        let list = "We need:\n\n1. one\n2. two\n\n- a\n\n  b\n\nDone."
        #expect(texts(list) == ["We need:\n\n", "1. one\n2. two\n\n", "- a\n\n  ", "b\n\n", "Done."])
        let code = "```python\nx = 1\n\nprint(x)\n```\n\nSo 1."
        #expect(texts(code) == ["```python\nx = 1\n\n", "print(x)\n```\n\n", "So 1."])
        let thought = "<think>\nAdd.\n\nSo 4.\n</think>\n\n4"
        #expect(texts(thought) == ["<think>\nAdd.\n\n", "So 4.\n</think>\n\n", "4"])
        #expect(texts("<think>\n\n</think>\n\n4") == ["<think>\n\n", "</think>\n\n", "4"])
    }

    @Test("A separator can be chosen, and then nothing else cuts")
    func chosen() {
        let text = "a b\nc\n\nd"
        #expect(texts(text, by: .blankLine) == ["a b\nc\n\n", "d"])
        #expect(texts(text, by: .line) == ["a b\n", "c\n\n", "d"])
        #expect(texts("ab", by: .blankLine) == ["ab"] && texts("ab", by: .line) == ["ab"])
        #expect(texts("a b", by: .token) == ["a", " ", "b"])
        #expect(texts("x###y# ##z ### ", by: .text("###")) == ["x###", "y# ##z ### "])
        #expect(texts("aXXXb", by: .text("XX")) == ["aXX", "Xb"])
        #expect(cut(["a", "#", "##b", "c"], by: .text("###")).ranges == [0..<3, 3..<6, 6..<7])
        #expect(cut(["a", "b"], by: .text("a")).separator == .text("a"))
    }

    @Test("A separator's name needs a text if it is 'text', and takes none otherwise")
    func names() throws {
        #expect(try SeparatorName.auto.separator(text: "") == nil)
        #expect(try SeparatorName.sentence.separator(text: "") == .sentence)
        #expect(try SeparatorName.text.separator(text: "##") == .text("##"))
        #expect(throws: SeparatorError.length(0)) { try SeparatorName.text.separator(text: "") }
        #expect(throws: SeparatorError.length(66)) {
            try SeparatorName.text.separator(text: String(repeating: "é", count: 33))
        }
        #expect(throws: SeparatorError.unused(text: "##", by: .line)) { try SeparatorName.line.separator(text: "##") }
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
        ["a\n\n", "</thi", "nk>", "b", "\n\nc", "d"], ["a", "\n", "\n", "\n", "b"], ["a", "\n", "b"], ["a", "b"],
        ["a\n", "b", "\n", "c\n\n", "d\n", "e\n\nf", "g"], ["\n", "a\n", "b\n", " \n", "c"],
    ]

    @Test("Token by token, the steps are those of the whole response", arguments: texts)
    func agreesWithBatch(tokens: [String]) {
        let tokens = tokens.map { Array($0.utf8) }
        var tracker = StepTracker(promptLength: 4)
        var closed: [Range<Int>] = []
        for (index, bytes) in tokens.enumerated() {
            if let step = tracker.append(bytes) { closed.append(step) }
            closed = Array(closed.prefix(tracker.closed.count - 1))
            let batch = StepSegmentation(promptLength: 4, responseTokens: tokens[...index])
            if !tracker.needsRecut { #expect(tracker.segmentation == batch) }
            #expect(tracker.rightSeparator == batch.separator)
        }
        if tracker.needsRecut {
            tracker = tracker.restarted
            closed = tokens.compactMap { tracker.append($0) }
        }
        if let step = tracker.finish() { closed.append(step) }
        #expect(!tracker.needsRecut)
        #expect(closed == Array(tracker.segmentation.ranges.dropFirst()))
        #expect(tracker.segmentation == StepSegmentation(promptLength: 4, responseTokens: tokens))
        #expect(tracker.finish() == nil)
    }

    @Test("A response without a newline asks to be cut again, at every token")
    func recut() {
        var tracker = StepTracker(promptLength: 1)
        #expect(!tracker.needsRecut)
        for text in ["a", "b"] { #expect(tracker.append(Array(text.utf8)) == nil) }
        #expect(tracker.needsRecut && tracker.rightSeparator == .token)
        var again = tracker.restarted
        #expect(["a", "b"].map { again.append(Array($0.utf8)) } == [nil, 1..<2])
        #expect(!again.needsRecut && again.separator == .token)
        _ = tracker.append(Array("\n".utf8))
        #expect(!tracker.needsRecut && tracker.rightSeparator == .line)
        // One that was chosen is kept.
        var chosen = StepTracker(promptLength: 1, separator: .blankLine)
        _ = chosen.append(Array("a".utf8))
        #expect(!chosen.needsRecut)
    }

    @Test("Without a choice, newlines cut until a blank line makes one step of all before it")
    func undecided() {
        var tracker = StepTracker(promptLength: 1)
        #expect(["a\n", "b</think>\n", "c"].map { tracker.append(Array($0.utf8)) } == [nil, 1..<2, 2..<3])
        #expect(tracker.isUndecided && tracker.separator == .line && tracker.thinkingEnd == 2)
        #expect(tracker.append(Array("\n\n".utf8)) == nil)
        #expect(!tracker.isUndecided && tracker.separator == .blankLine && tracker.thinkingEnd == 1)
        #expect(tracker.closed == [0..<1] && tracker.open == 1..<5)
        #expect(["d\n", "e\n\n", "f"].map { tracker.append(Array($0.utf8)) } == [1..<5, nil, 5..<7])
    }

    @Test("The open step grows until text follows its end")
    func openStep() {
        var tracker = StepTracker(promptLength: 2)
        #expect(tracker.open == nil && tracker.tokenCount == 2)
        _ = tracker.append(Array("a".utf8))
        #expect(tracker.open == 2..<3)
        #expect(tracker.append(Array("b\n\n".utf8)) == nil)
        #expect(tracker.append(Array(" ".utf8)) == nil)
        #expect(tracker.open == 2..<5)
        #expect(tracker.append(Array("c".utf8)) == 2..<5)
        #expect(tracker.open == 5..<6 && tracker.closed == [0..<2, 2..<5])
    }

    @Test("A step that may not close stays open whatever its tokens hold")
    func bounded() {
        var tracker = StepTracker(promptLength: 1, separator: .token)
        #expect(tracker.append(Array("a".utf8)) == nil)
        #expect(tracker.append(Array("b".utf8)) == 1..<2)
        for _ in 0..<5 { #expect(tracker.append(Array("c".utf8), mayClose: false) == nil) }
        #expect(tracker.finish() == 2..<8)
    }
}

@Suite("Sentences")
struct SentenceTests {
    /// The sentences of a text, with every byte a token, and with every word and the space before it a token.
    private func sentences(_ text: String) -> [[String]] {
        let bytes = text.utf8.map { [$0] }
        var words: [[UInt8]] = []
        for byte in text.utf8 {
            if byte == 0x20 || words.isEmpty { words.append([]) }
            words[words.count - 1].append(byte)
        }
        return [bytes, words].map { tokens in
            StepSegmentation(promptLength: 1, responseTokens: tokens, separator: .sentence).ranges.dropFirst().map {
                String(decoding: tokens[$0.lowerBound - 1..<$0.upperBound - 1].joined(), as: UTF8.self)
                    .trimmingCharacters(in: .whitespacesAndNewlines)
            }
        }
    }

    @Test(
        "Sentences end where a reader would say",
        arguments: [
            ["First we add.", "Then we stop!", "Is it 4?", "Yes."],
            ["He paid $3.50 for 1.5 kg.", "That is all."],
            ["Dr. Smith met Donald E. Knuth, e.g. in the U.S. office.", "They spoke."],
            ["By Fig. 3, cf. Eq. 2, it holds.", "So x = y."],
            ["1. Add the two.", "2. Take the sum."], ["Step 1. Add the two.", "Step 2. Take 5 away."],
            ["The answer is B.", "Next we try n.", "It fails."], ["It is 14.", "Then 15 follows."],
            ["5! = 120 and n! is larger, so (n-1)! is not.", "Good."],
            ["\"Is it so?\"", "\"It is.\"", "(Really.)", "**Done.**", "End."],
            ["Wait... that is wrong.", "Hmm."], ["f.g is not h.k here.", "See a.b.c for more."],
        ])
    func english(expected: [String]) {
        for found in sentences(expected.joined(separator: " ")) { #expect(found == expected) }
    }

    @Test(
        "Full stops of other scripts need no space",
        arguments: [
            ["首先相加。", "然后停止！", "是四吗？", "是"], ["हम जोड़ते हैं।", "फिर रुकते हैं।", "हाँ"],
            ["هل هذا صحيح؟", "نعم"],
        ])
    func otherScripts(expected: [String]) {
        #expect(sentences(expected.joined())[0] == expected)
    }

    @Test("A newline ends a sentence, and nothing ends an empty one")
    func lines() {
        #expect(
            sentences("a list:\n- one\n- two. Then\n\n\nmore")[0] == ["a list:", "- one", "- two.", "Then", "more"])
        #expect(sentences(". . x")[0] == [". . x"])
        #expect(sentences("Yes.”  b")[0] == ["Yes.”", "b"])
    }
}
