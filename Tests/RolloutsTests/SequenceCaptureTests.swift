import Compute
import Influence
import Policy
import TestSupport
import Testing
import Tokenizing

@testable import Rollouts

@Suite("Sequence capture")
struct SequenceCaptureTests {
    @Test("Steps are bounded when every token is one")
    func bounded() throws {
        let tokenizer = try Tokenizer(directory: Fixtures.url("qwen2"))
        let capture = SequenceCapture(
            CaptureParameters(), layers: 1, heads: 1, promptCount: 1, table: TokenFlagTable(texts: tokenizer.texts),
            separator: .token)
        let tokens = [Int32](repeating: 5, count: SequenceCapture.maximumSteps + 50)
        var computed = 1, steps = 0
        while computed < tokens.count {
            let count = min(512, tokens.count - computed, capture.chunkLimit(from: computed, tokens: tokens))
            let closed = capture.prepare(first: computed, tokens: tokens[computed..<computed + count])
            computed += count
            capture.collect(closed, computed: computed) { _ in steps += 1 }
        }
        let trace = capture.finish { _ in steps += 1 }
        #expect(steps == SequenceCapture.maximumSteps - 1)
        #expect(trace.segmentation.count == SequenceCapture.maximumSteps)
        #expect(trace.segmentation.tokenCount == tokens.count)
    }
}
