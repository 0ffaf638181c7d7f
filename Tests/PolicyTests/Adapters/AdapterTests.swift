import Basics
import Compute
import Foundation
import Guarding
import ModelFiles
import TestSupport
import Testing

@testable import Policy

@Suite("Adapters", .serialized)
struct AdapterTests {
    @Test("Logits with an adapter equal PEFT's", arguments: AdapterFixture.allCases)
    func logits(_ fixture: AdapterFixture) throws {
        let policy = try ReferencePolicy(fixture.base)
        let rows = try policy.logits(try policy.tokens, adapter: fixture.packed(policy))
        let expected = try fixture.expected.floats("logits")
        let worst = zip(rows.joined(), expected).map { abs($0 - $1) }.max()!
        #expect(rows.joined().count == expected.count)
        #expect(worst < ForwardPassTests.logitTolerance, "worst difference \(worst)")
    }

    @Test("An adapter merged into the weights gives the same logits", arguments: AdapterFixture.allCases)
    func merged(_ fixture: AdapterFixture) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let target = folder.appendingPathComponent("merged")
            try PolicyDirectory.export(
                from: Fixtures.url(fixture.base), to: target, format: .float32, adapter: fixture.url)
            let policy = try ReferencePolicy(fixture.base, folder: target)
            let rows = try policy.logits(try policy.tokens)
            let expected = try fixture.expected.floats("logits")
            let worst = zip(rows.joined(), expected).map { abs($0 - $1) }.max()!
            #expect(worst < ForwardPassTests.logitTolerance, "worst difference \(worst)")
        }
    }

    @Test("A new adapter changes nothing", arguments: AdapterFixture.allCases)
    func new(_ fixture: AdapterFixture) throws {
        let policy = try ReferencePolicy(fixture.base)
        let shape = try AdapterDirectory(fixture.url, base: policy.configuration).shape
        let parameters = try CPUAdapterParameters(shape, policy.configuration)
        parameters.begin(seed: 3)
        let adapter = CPUAdapter.own(
            try parameters.packed(on: policy.weights, policy.pass.precision, isTrained: true).adapter!)
        let tokens = try policy.tokens
        #expect(try policy.logits(tokens, adapter: adapter) == policy.logits(tokens))
    }

    @Test("Decoded one by one or in chunks, an adapter gives the bits of one pass", arguments: AdapterFixture.allCases)
    func chunks(_ fixture: AdapterFixture) throws {
        for precision in Precision.allCases {
            let policy = try ReferencePolicy(fixture.base, precision: precision)
            let adapter = try fixture.packed(policy), tokens = try policy.tokens
            let whole = try policy.logits(tokens, adapter: adapter)
            #expect(try policy.logits(tokens, chunks: tokens.map { _ in 1 }, adapter: adapter) == whole)
            #expect(try policy.logits(tokens, chunks: [7, 13, tokens.count - 20], adapter: adapter) == whole)
            #expect(whole != (try policy.logits(tokens)))
        }
    }

    /// So many sequences that members compute them apart, or so few that they share each product.
    @Test("Adapters of different ranks in one batch give the bits each has alone", arguments: [3, 9, 40], [1, 2, 3])
    func mixed(_ sequences: Int, threads: Int) throws {
        for (name, precision) in [("qwen2", Precision.bfloat16), ("llama", .float32), ("qwen3", .bfloat16)] {
            let policy = try ReferencePolicy(name, precision: precision, threads: threads)
            let adapters = try [
                AdapterFixture.random(policy, rank: 1, seed: 1), nil,
                AdapterFixture.random(policy, rank: 5, targets: [.query, .value], seed: 2),
                AdapterFixture.random(policy, rank: 33, targets: [.gate, .down], seed: 3),
                AdapterFixture.random(policy, rank: 16, targets: [.up, .output, .key], seed: 4),
                AdapterFixture.random(policy, rank: 100, seed: 5),
            ]
            let tokens = try policy.tokens
            let parts = (0..<sequences).map { Array(tokens[$0 % 7..<min(tokens.count, $0 % 7 + 12)]) }
            let alone = try parts.enumerated().map { index, part in
                try policy.logits(part, adapter: adapters[index % adapters.count])
            }
            let chunks = parts.enumerated().map { index, part in
                ForwardChunk(
                    tokens: part, first: 0, blocks: policy.blocks(for: part.count), logitRows: 0..<part.count,
                    adapter: adapters[index % adapters.count])
            }
            let rows = Guarded(parts.map { [[Float]](repeating: [], count: $0.count) })
            policy.pass.run(weights: policy.weights, memory: policy.memory, chunks: chunks) { chunk, row, logits in
                let values = Array(logits)
                rows.withLock { $0[chunk][row] = values }
            }
            #expect(rows.withLock { $0 } == alone, "\(name) in \(precision)")
        }
    }

    /// So many rows that each member has bands of its own.
    @Test("A long prompt with an adapter gives the same bits on one thread and on three")
    func bands() throws {
        func logits(threads: Int) throws -> [Float] {
            let policy = try ReferencePolicy("llama", precision: .bfloat16, threads: threads)
            let pass = try CPUForwardPass(
                configuration: policy.configuration, precision: .bfloat16, team: policy.team, maxRows: 1300)
            let adapter = try AdapterFixture.random(policy, rank: 8, seed: 1)
            let tokens = (0..<1000).map { Int32($0 * 7 % 500) }, more = (0..<240).map { Int32($0 * 3 % 500) }
            let chunks = [(tokens, adapter), (more, nil)].map { tokens, adapter in
                ForwardChunk(
                    tokens: tokens, first: 0, blocks: policy.blocks(for: tokens.count),
                    logitRows: tokens.count - 1..<tokens.count, adapter: adapter)
            }
            let rows = Guarded([[Float]](repeating: [], count: 2))
            pass.run(weights: policy.weights, memory: policy.memory, chunks: chunks) { chunk, _, logits in
                let values = Array(logits)
                rows.withLock { $0[chunk] = values }
            }
            return rows.withLock { Array($0.joined()) }
        }
        let alone = try logits(threads: 1)
        #expect(try logits(threads: 3) == alone)
    }

    @Test("An adapter's memory is that of its matrices, and its base's is shared")
    func memory() throws {
        let policy = try ReferencePolicy("qwen2"),
            parameters = try AdapterFixture.qwen2.parameters(policy.configuration)
        let weights = try parameters.packed(on: policy.weights, policy.pass.precision, isTrained: false)
        #expect(weights.base === policy.weights)
        #expect(weights.byteCount >= 4 * parameters.parameters.reduce(0) { $0 + $1.count })
        #expect(weights.byteCount < policy.weights.byteCount)
    }
}
