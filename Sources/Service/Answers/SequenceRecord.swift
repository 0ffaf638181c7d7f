import Basics
import Influence
import Rollouts
import Sampling
import Tokenizing

/// What is known about a sequence, prompt and response, from which its steps are described.
struct SequenceRecord {
    let promptCount: Int
    /// The text of all tokens so far.
    private var text = CutText()
    private var detokenizer: Detokenizer
    private var matcher = ThinkingEndMatcher()
    /// The number of bytes of response text sent.
    ///
    /// Less than the tokens' text if the response ended at a stop text.
    private var sentBytes = 0
    private(set) var responseIDs: [Int32] = []
    private let tokenizer: Tokenizer
    /// The response token that first completes `</think>`, as a position in the sequence.
    private(set) var thinkingEnd: Int?
    /// By position; NaN for those not computed.
    ///
    /// Empty until one has been computed.
    private var logprobs: [Float] = []
    private var entropies: [Float] = []

    init(prompt: [Int32], tokenizer: Tokenizer) {
        promptCount = prompt.count
        self.tokenizer = tokenizer
        detokenizer = tokenizer.makeDetokenizer(skipSpecialTokens: false)
        for id in prompt { text.append(detokenizer.append(id)) }
    }

    /// The number of prompt and response tokens.
    var count: Int { text.count }

    /// Statistics of the response tokens, if computed: shape [response].
    var responseLogprobs: [Float] { Array(logprobs.dropFirst(promptCount)) }
    var responseEntropies: [Float] { Array(entropies.dropFirst(promptCount)) }

    // MARK: Tokens

    /// Takes what was computed for prompt tokens.
    mutating func readPrompt(_ run: TokenOutput) {
        keep(run)
    }

    /// Takes response tokens.
    mutating func append(_ run: TokenOutput) {
        for (offset, id) in run.ids.enumerated() {
            let isStop = run.endsWithStop && offset == run.ids.count - 1
            text.append(isStop ? "" : detokenizer.append(id))
            if matcher.append(tokenizer.texts.bytes(of: id)), thinkingEnd == nil { thinkingEnd = count - 1 }
        }
        responseIDs += run.ids
        sentBytes += run.text.utf8.count
        keep(run)
    }

    /// Finishes the text after the last response token.
    mutating func finish() {
        let length = text.start(of: promptCount) + sentBytes
        text.extendLast(detokenizer.finish())
        text.end(atByte: length)
    }

    private mutating func keep(_ run: TokenOutput) {
        Self.keep(run.logprobs, at: run.start, in: &logprobs)
        Self.keep(run.entropies, at: run.start, in: &entropies)
    }

    private static func keep(_ values: [Float], at start: Int, in all: inout [Float]) {
        guard !values.isEmpty else { return }
        let end = start + values.count
        if all.count < end { all += repeatElement(.nan, count: end - all.count) }
        all.replaceSubrange(start..<end, with: values)
    }

    // MARK: Steps

    /// The text of tokens [range).
    func text(of range: Range<Int>) -> String { text.text(of: range) }

    /// The response's text.
    var responseText: String { text(of: promptCount..<count) }

    /// The tokens whose text overlaps `bytes` of the response's text.
    func tokens(ofResponseBytes bytes: Range<Int>) -> Range<Int> {
        let promptEnd = text.start(of: promptCount)
        let first = text.ends.firstIndex { $0 > promptEnd + bytes.lowerBound } ?? count
        let last = text.ends.firstIndex { $0 >= promptEnd + bytes.upperBound } ?? count - 1
        return first..<max(first, last + 1)
    }

    /// Mean log-probability of tokens [range), ignoring those without one; NaN if none has one.
    func meanLogprob(of range: Range<Int>) -> Float { Self.mean(logprobs, range) }

    /// Mean entropy of tokens [range), ignoring those without one; NaN if none has one.
    func meanEntropy(of range: Range<Int>) -> Float { Self.mean(entropies, range) }

    private static func mean(_ values: [Float], _ range: Range<Int>) -> Float {
        let known = values[range.clamped(to: values.indices)].filter { !$0.isNaN }
        return known.isEmpty ? .nan : Float(known.reduce(0.0) { $0 + Double($1) } / Double(known.count))
    }
}
