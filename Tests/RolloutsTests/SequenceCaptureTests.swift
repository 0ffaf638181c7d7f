import Compute
import Influence
import TestSupport
import Testing
import Tokenizing

@testable import Policy
@testable import Rollouts

@Suite("Sequence capture")
struct SequenceCaptureTests {
    @Test("Steps are bounded when every token is one")
    func bounded() throws {
        let tokenizer = try Tokenizer(directory: Fixtures.url("qwen2"))
        var parameters = CaptureParameters()
        parameters.separator = .token
        let capture = SequenceCapture(parameters, layers: 1, heads: 1, promptCount: 1, texts: tokenizer.texts)
        let tokens = [Int32](repeating: 5, count: SequenceCapture.maximumSteps + 50)
        var computed = 1
        while computed < tokens.count {
            let count = min(512, tokens.count - computed, capture.chunkLimit(from: computed, tokens: tokens))
            let closed = try capture.prepare(first: computed, tokens: tokens[computed..<computed + count])
            computed += count
            capture.collect(closed, computed: computed) { _ in Issue.record("a token was reported as a step") }
        }
        let trace = capture.finish { _ in Issue.record("a token was reported as a step") }
        #expect(trace.mapsDropped)
        #expect(trace.segmentation.count == SequenceCapture.maximumSteps)
        #expect(trace.segmentation.tokenCount == tokens.count)
    }

    @Test("8,192 tokens in 300 steps under 28 layers of 12 heads, 64 of them with maps, take less than 64 MiB")
    func promise() throws {
        let tokenizer = try Tokenizer(directory: Fixtures.url("qwen2"))
        let newline = try #require(tokenizer.encode("\n").first)
        var parameters = CaptureParameters()
        parameters.heads = (0..<64).map { HeadIndex(layer: $0 % 28, head: $0 / 28) }
        parameters.separator = .line
        let capture = SequenceCapture(
            parameters, layers: 28, heads: 12, promptCount: 1000, texts: tokenizer.texts)
        // Many steps in the first chunk, so that its slots are many while steps are few.
        let dense = 1000..<1410
        let tokens: [Int32] = (0..<8192).map { position in
            let ends = dense.contains(position) ? position % 2 == 1 : position % 70 == 0
            return ends ? newline : 5
        }
        var computed = 1000, largest = 0
        while computed < tokens.count {
            let count = min(512, tokens.count - computed, capture.chunkLimit(from: computed, tokens: tokens))
            let closed = try capture.prepare(first: computed, tokens: tokens[computed..<computed + count])
            largest = max(largest, capture.buffer.byteCount)
            computed += count
            capture.collect(closed, computed: computed) { _ in }
        }
        let trace = capture.finish { _ in }
        #expect(trace.segmentation.count > 299 && !trace.mapsDropped)
        let maps = [trace.meanMap, trace.maxMap] + trace.headMaps.values
        let kept = (maps.reduce(0) { $0 + $1.values.count } + trace.perHead.count) * MemoryLayout<Float>.size
        // Arrays that grow have up to twice the room they need; so has the buffer while it is replaced.
        #expect(2 * kept + 2 * largest < 64 << 20, "\(kept) bytes kept, \(largest) of sums")
    }

    @Test("Responses of one request share what their maps may take")
    func sharedMaps() throws {
        let tokenizer = try Tokenizer(directory: Fixtures.url("qwen2"))
        func trace(responses: Int) throws -> AttentionTrace {
            var parameters = CaptureParameters()
            parameters.separator = .token
            let capture = SequenceCapture(
                parameters, layers: 1, heads: 1, promptCount: 1, texts: tokenizer.texts, responses: responses)
            for position in 1..<201 {
                let closed = try capture.prepare(first: position, tokens: [5][...])
                capture.collect(closed, computed: position + 1) { _ in }
            }
            return capture.finish { _ in }
        }
        #expect(try trace(responses: 1).meanMap.rowCount == 201)
        let crowded = try trace(responses: 256)
        #expect(crowded.mapsDropped && crowded.meanMap.rowCount == 0)
        #expect(try crowded.influence == trace(responses: 1).influence)
    }
}
