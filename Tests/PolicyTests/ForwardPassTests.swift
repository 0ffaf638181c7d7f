import CKernels
import Compute
import Foundation
import Guarding
import Influence
import ModelFiles
import ModelMaking
import TestSupport
import Testing

@testable import Policy

@Suite("Forward pass", .serialized)
struct ForwardPassTests {
    /// float32 against a float64 reference: some hundred roundings of 6e-8 on logits of a few units.
    static let logitTolerance: Float = 1e-4

    @Test("Logits equal the float64 reference", arguments: ReferencePolicy.names)
    func logits(_ name: String) throws {
        let policy = try ReferencePolicy(name)
        let expected = try policy.expected.floats("logits")
        let rows = try policy.logits(try policy.tokens)
        let worst = zip(rows.joined(), expected).map { abs($0 - $1) }.max()!
        #expect(rows.joined().count == expected.count)
        #expect(worst < Self.logitTolerance, "worst difference \(worst)")
    }

    @Test("Chunks of any size give the same bits as one chunk", arguments: ReferencePolicy.names)
    func chunks(_ name: String) throws {
        let policy = try ReferencePolicy(name)
        let tokens = try policy.tokens
        let whole = try policy.logits(tokens)
        #expect(try policy.logits(tokens, chunks: tokens.map { _ in 1 }) == whole)
        #expect(try policy.logits(tokens, chunks: [7, 13, tokens.count - 20]) == whole)
    }

    @Test("Neighbours in the batch and other thread counts change no bit", arguments: ReferencePolicy.names)
    func neighbours(_ name: String) throws {
        let policy = try ReferencePolicy(name, threads: 3)
        let tokens = try policy.tokens
        let alone = try ReferencePolicy(name, threads: 1).logits(tokens)
        var chunks: [ForwardChunk] = []
        for i in 0..<7 {
            let part = Array(tokens[i..<tokens.count - i])
            chunks.append(
                ForwardChunk(
                    tokens: part, first: 0, blocks: policy.blocks(for: part.count),
                    logitRows: part.count - 1..<part.count))
        }
        let last = Guarded([[Float]](repeating: [], count: chunks.count))
        policy.pass.run(weights: policy.weights, memory: policy.memory, chunks: chunks) { chunk, _, logits in
            let row = Array(logits)
            last.withLock { $0[chunk] = row }
        }
        #expect(last.withLock { $0[0] } == alone.last)
    }

    /// In a process of its own: the instruction set is the process's, and other tests run beside this one.
    @Test("Every instruction set gives the same float32 bits")
    func instructionSets() async {
        await #expect(processExitsWith: .success) {
            for name in ReferencePolicy.names {
                let policy = try ReferencePolicy(name)
                let tokens = try policy.tokens
                let best = try policy.logits(tokens)
                for isa in [ATTN_ISA_AVX512, ATTN_ISA_AVX2] {
                    attn_limit_isa(isa)
                    let rows = try policy.logits(tokens)
                    precondition(rows == best)
                }
                attn_limit_isa(ATTN_ISA_AVX512_BF16)
            }
        }
    }

    /// bfloat16 keeps 8 bits: each of the some ten roundings on the way moves logits of a few units by parts in 2^-9.
    @Test("bfloat16 stays near the reference", arguments: ReferencePolicy.names)
    func bfloat16(_ name: String) throws {
        let policy = try ReferencePolicy(name, precision: .bfloat16)
        let expected = try policy.expected.floats("logits")
        let rows = try policy.logits(try policy.tokens)
        let errors = zip(rows.joined(), expected).map { abs($0 - $1) }
        let scale = expected.map(abs).reduce(0, +) / Float(expected.count)
        let mean = errors.reduce(0, +) / Float(errors.count)
        #expect(mean < 0.05 * scale, "mean error \(mean) on logits of mean size \(scale)")
        #expect(try policy.logits(try policy.tokens, chunks: try policy.tokens.map { _ in 1 }) == rows)
    }

    /// Files hold numbers that bfloat16 holds too, so only activations differ.
    @Test("Policies of odd widths are the same in bfloat16, up to its rounding")
    func oddWidths() async throws {
        var configuration = PolicySize.tiny.configuration(family: .llama)
        (configuration.hiddenSize, configuration.feedForwardSize) = (45, 77)
        (configuration.headCount, configuration.keyValueHeadCount, configuration.headSize) = (3, 1, 10)
        try await Fixtures.withTemporaryFolder { folder in
            try PolicyInitializer.write(configuration: configuration, seed: 1, to: folder.appendingPathComponent("odd"))
            let directory = try PolicyDirectory(folder.appendingPathComponent("odd"))
            let rows = try Precision.allCases.map { precision in
                let team = ThreadTeam(count: 2)
                let weights = try CPUWeights(
                    files: try directory.weights(), configuration: directory.configuration,
                    format: .numbers(precision), team: team)
                let pass = try CPUForwardPass(
                    configuration: directory.configuration, precision: precision, team: team, maxRows: 64)
                let memory = try CPUKeyValueMemory(
                    configuration: directory.configuration, precision: precision, blocks: 1)
                let rows = Guarded([[Float]](repeating: [], count: 20))
                let chunk = ForwardChunk(
                    tokens: (0..<20).map { $0 * 13 }, first: 0, blocks: [0], logitRows: 0..<20)
                pass.run(weights: weights, memory: memory, chunks: [chunk]) { _, row, logits in
                    let values = Array(logits)
                    rows.withLock { $0[row] = values }
                }
                return rows.withLock { $0 }
            }
            for (exact, rounded) in pairs(rows[0], rows[1]) {
                let error = zip(exact, rounded).map { abs($0 - $1) }.reduce(0, +)
                #expect(error < 0.05 * exact.map(abs).reduce(0, +))
            }
        }
    }

    /// Several blocks of keys, the first of which windows leave out; the reference text is one block.
    @Test("Windows equal the definition far into a text", arguments: ["mistral", "qwen3_window", "gemma3_text"])
    func windows(_ name: String) throws {
        let policy = try ReferencePolicy(name)
        let text = try policy.tokens, tokens = text + text.reversed() + text
        let rows = try policy.logits(tokens), wanted = try DenseReference(name).logits(tokens)
        let worst = zip(rows.joined(), wanted.joined()).map { abs(Double($0) - $1) }.max()!
        #expect(worst < Double(Self.logitTolerance), "worst difference \(worst)")
        #expect(try policy.logits(tokens, chunks: tokens.map { _ in 1 }) == rows)
        #expect(try policy.logits(tokens, chunks: [100, 7, tokens.count - 107]) == rows)
    }

    @Test("Greedy decoding gives the reference's tokens", arguments: ReferencePolicy.names)
    func greedy(_ name: String) throws {
        let policy = try ReferencePolicy(name)
        let greedy = policy.meta["greedy"] as! [String: [Int]]
        var tokens = greedy["prompt_ids"]!.map(Int32.init)
        for wanted in greedy["new_ids"]! {
            let row = try policy.logits(tokens).last!
            let best = row.indices.max { row[$0] < row[$1] }!
            #expect(best == wanted)
            tokens.append(Int32(wanted))
        }
    }
}

@Suite("Attention capture", .serialized)
struct AttentionCaptureTests {
    /// Softmax rows sum to 1; float32 rounds each of some thousand terms by 6e-8 of it.
    static let tolerance: Float = 1e-5

    @Test("Influence equals the dense definition", arguments: ReferencePolicy.names, [1, 2, 4])
    func influence(_ name: String, _ gap: Int) throws {
        let policy = try ReferencePolicy(name)
        let trace = try policy.trace(gap: gap).accumulator.trace(separator: .blankLine, thinkingEnd: nil)
        let expected = try policy.expected.floats("fci_per_head.\(gap)")
        #expect(trace.perHead.count == expected.count)
        #expect(pairs(trace.perHead, expected).allSatisfy { abs($0 - $1) < Self.tolerance })
        let pooled = (policy.meta["fci"] as! [String: [Double]])["\(gap)"]!
        #expect(pairs(trace.influence, pooled).allSatisfy { abs($0 - Float($1)) < Self.tolerance })
    }

    @Test("Step attention of every head equals the dense definition", arguments: ReferencePolicy.names)
    func stepAttention(_ name: String) throws {
        let policy = try ReferencePolicy(name)
        let heads = (0..<policy.configuration.layerCount).flatMap { layer in
            (0..<policy.configuration.headCount).map { HeadIndex(layer: layer, head: $0) }
        }
        let trace = try policy.trace(gap: 1, heads: heads).accumulator.trace(separator: .blankLine, thinkingEnd: nil)
        let expected = try policy.expected.floats("step_attention")
        let k = trace.segmentation.count
        for head in heads {
            let base = (head.layer * policy.configuration.headCount + head.head) * k * k
            for j in 0..<k {
                for i in 0...j {
                    let got = trace.headMaps[head]![j, i], want = expected[base + j * k + i]
                    #expect(abs(got - want) < Self.tolerance, "\(head) step \(j) on \(i): \(got), not \(want)")
                }
            }
        }
    }

    @Test("Chunked, decoded and whole captures are the same bits", arguments: ReferencePolicy.names)
    func chunks(_ name: String) throws {
        let policy = try ReferencePolicy(name)
        let count = try policy.tokens.count
        let whole = try policy.trace(gap: 1).accumulator.trace(separator: .blankLine, thinkingEnd: nil)
        for chunks in [
            [Int](repeating: 1, count: count), [10, 17, count - 27], [policy.promptCount, count - policy.promptCount],
        ] {
            let trace = try policy.trace(chunks: chunks, gap: 1).accumulator.trace(
                separator: .blankLine, thinkingEnd: nil)
            #expect(trace.perHead == whole.perHead)
            #expect(trace.meanMap == whole.meanMap)
            #expect(trace.maxMap == whole.maxMap)
        }
    }

    @Test("Raw rows are the reference's attention", arguments: ReferencePolicy.names)
    func rawRows(_ name: String) throws {
        let policy = try ReferencePolicy(name)
        let count = try policy.tokens.count
        let raw = CaptureBuffer.RawRows(layer: 1, head: 2, queries: 15..<count)
        _ = try policy.trace(chunks: [20, count - 20], gap: 4, raw: [raw])
        let expected = try policy.expected.floats("attentions")
        let base = (policy.configuration.headCount + 2) * count * count
        for query in 15..<count {
            let row = raw.row(query)
            #expect(row.count == query + 1)
            #expect(row.indices.allSatisfy { abs(row[$0] - expected[base + query * count + $0]) < Self.tolerance })
        }
    }
}
