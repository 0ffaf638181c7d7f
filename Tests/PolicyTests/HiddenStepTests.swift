import Compute
import Guarding
import Influence
import ModelFiles
import TestSupport
import Testing

@testable import Policy

@Suite("Hidden tokens", .serialized)
struct HiddenStepTests {
    /// The third step of the reference text: 14 tokens, with 35 after it.
    private static let step = 2

    @Test("Logits with a step hidden equal the definition with a mask, in float64", arguments: ReferencePolicy.names)
    func definition(_ name: String) throws {
        let policy = try ReferencePolicy(name), dense = try DenseReference(name)
        let tokens = try policy.tokens, hidden = policy.stepRanges[Self.step]
        // The definition itself is held to the reference implementation, whose rotary angles are float32.
        let plain = try dense.logits(tokens)
        let expected = try policy.expected.floats("logits")
        let off = zip(plain.joined(), expected).map { abs($0 - Double($1)) }.max()!
        #expect(off < Double(ForwardPassTests.logitTolerance), "the definition is off by \(off)")

        let want = try dense.logits(tokens) { query, key in query < hidden.upperBound || !hidden.contains(key) }
        let got = try policy.logits(tokens, hidden: hidden)
        let worst = zip(got.joined(), want.joined()).map { abs(Double($0) - $1) }.max()!
        #expect(worst < Double(ForwardPassTests.logitTolerance), "worst difference \(worst)")
        let moved = zip(want[tokens.count - 1], plain[tokens.count - 1]).map { abs($0 - $1) }.max()!
        #expect(moved > 100 * Double(ForwardPassTests.logitTolerance), "hiding the step changes little: \(moved)")
    }

    @Test(
        "Rows before the end of a hidden step are what they are without, bit for bit", arguments: ReferencePolicy.names)
    func before(_ name: String) throws {
        let policy = try ReferencePolicy(name)
        let tokens = try policy.tokens, hidden = policy.stepRanges[Self.step]
        let plain = try policy.logits(tokens), rows = try policy.logits(tokens, hidden: hidden)
        #expect(rows[..<hidden.upperBound] == plain[..<hidden.upperBound])
        #expect(rows[hidden.upperBound] != plain[hidden.upperBound])
    }

    @Test(
        "Rows after a hidden step do not depend on what it says, bit for bit", arguments: ReferencePolicy.names,
        Precision.allCases)
    func content(_ name: String, _ precision: Precision) throws {
        let policy = try ReferencePolicy(name, precision: precision)
        var tokens = try policy.tokens
        let hidden = policy.stepRanges[Self.step]
        let rows = try policy.logits(tokens, hidden: hidden)
        for position in hidden { tokens[position] = (tokens[position] + 7) % 500 }
        #expect(try policy.logits(tokens, hidden: hidden)[hidden.upperBound...] == rows[hidden.upperBound...])
    }

    @Test("Decoded, in chunks, whole and beside others: the same bits", arguments: ReferencePolicy.names)
    func chunks(_ name: String) throws {
        let policy = try ReferencePolicy(name, threads: 3)
        let tokens = try policy.tokens, hidden = policy.stepRanges[Self.step]
        let whole = try policy.logits(tokens, hidden: hidden)
        #expect(try policy.logits(tokens, chunks: tokens.map { _ in 1 }, hidden: hidden) == whole)
        #expect(try policy.logits(tokens, chunks: [7, 13, tokens.count - 20], hidden: hidden) == whole)

        // The same tokens with each step hidden in turn, and with none, in one pass.
        let steps: [Range<Int>?] = [nil] + policy.stepRanges.dropFirst().map { $0 }
        let chunks = steps.map { step in
            ForwardChunk(
                tokens: tokens, first: 0, blocks: policy.blocks(for: tokens.count),
                logitRows: tokens.count - 1..<tokens.count, hidden: step)
        }
        let last = Guarded([[Float]](repeating: [], count: chunks.count))
        policy.pass.run(weights: policy.weights, memory: policy.memory, chunks: chunks) { chunk, _, logits in
            let row = Array(logits)
            last.withLock { $0[chunk] = row }
        }
        for (index, step) in steps.enumerated() {
            #expect(try last.withLock { $0[index] } == policy.logits(tokens, hidden: step).last)
        }
    }

    @Test("Capture sees no attention to a hidden step, and rows that still sum to 1", arguments: ReferencePolicy.names)
    func capture(_ name: String) throws {
        let policy = try ReferencePolicy(name)
        let count = try policy.tokens.count, hidden = policy.stepRanges[Self.step]
        let raw = CaptureBuffer.RawRows(layer: 1, head: 1, queries: hidden.upperBound..<count)
        let (accumulator, buffer) = try policy.trace(
            chunks: [20, count - 20], hidden: hidden, gap: 1, heads: [HeadIndex(layer: 0, head: 0)], raw: [raw])
        _ = buffer
        let trace = accumulator.trace(separator: .blankLine, thinkingEnd: nil)
        #expect(trace.influence[Self.step] == 0)
        #expect(trace.meanMap[Self.step, Self.step] > 0)
        let windows = policy.configuration.layerPlans.map { $0.window == 0 ? count : $0.window }
        for later in Self.step + 1..<trace.segmentation.count {
            #expect(trace.maxMap[later, Self.step] == 0)
            let firstSeen = policy.stepRanges[later].lowerBound - windows.max()! + 1
            #expect((trace.maxMap[later, 1] > 0) == (firstSeen < policy.stepRanges[1].upperBound))
        }
        for query in raw.queries {
            let row = raw.row(query)
            #expect(row[hidden].allSatisfy { $0 == 0 })
            #expect(abs(row.reduce(0, +) - 1) < AttentionCaptureTests.tolerance)
        }
    }
}
