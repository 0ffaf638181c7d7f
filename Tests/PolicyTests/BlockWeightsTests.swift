import CKernels
import Compute
import Foundation
import Guarding
import ModelFiles
import ModelMaking
import TestSupport
import Testing

@testable import Policy

/// Policies whose weights are kept in blocks of 8 bits. Their products are compared with the definition in `LinearTests`.
@Suite("Weights in blocks", .serialized)
struct BlockWeightsTests {
    /// One of the reference policies as a file of Q8_0, which blocks hold exactly.
    private func withFile(of name: String, _ body: (URL) throws -> Void) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("\(name).gguf")
            try PolicyDirectory.exportGGUF(from: Fixtures.url(name), to: file, format: .q8_0)
            try body(file)
        }
    }

    /// The same weights, so only roundings differ: where a block's sum is multiplied with its scale.
    @Test("Logits are those of the file's numbers as float32", arguments: ReferencePolicy.names)
    func exact(_ name: String) async throws {
        try await withFile(of: name) { file in
            let floats = try ReferencePolicy(name, folder: file)
            let blocks = try ReferencePolicy(name, folder: file, blocks: .q8_0)
            let tokens = try floats.tokens
            let pairs = zip(try floats.logits(tokens).joined(), try blocks.logits(tokens).joined())
            let worst = pairs.map { abs($0 - $1) }.max()!
            #expect(worst < ForwardPassTests.logitTolerance, "worst difference \(worst)")
        }
    }

    @Test(
        "A folder quantised when it is loaded computes what its Q8_0 file does, bit for bit",
        arguments: ReferencePolicy.names, Precision.allCases)
    func quantised(_ name: String, _ precision: Precision) async throws {
        try await withFile(of: name) { file in
            let folder = try ReferencePolicy(name, precision: precision, blocks: .q8_0)
            let stored = try ReferencePolicy(name, folder: file, precision: precision, blocks: .q8_0)
            let tokens = try folder.tokens
            #expect(try folder.logits(tokens) == stored.logits(tokens))
        }
    }

    /// A weight is off by up to 1/254 of the largest of its block: as far as bfloat16 rounds that one.
    @Test("Logits stay near the reference", arguments: ReferencePolicy.names, Precision.allCases)
    func near(_ name: String, _ precision: Precision) throws {
        let policy = try ReferencePolicy(name, precision: precision, blocks: .q8_0)
        let expected = try policy.expected.floats("logits")
        let errors = zip(try policy.logits(try policy.tokens).joined(), expected).map { abs($0 - $1) }
        let scale = expected.map(abs).reduce(0, +) / Float(expected.count)
        let mean = errors.reduce(0, +) / Float(errors.count)
        #expect(mean < 0.05 * scale, "mean error \(mean) on logits of mean size \(scale)")
    }

    @Test(
        "Chunks of any size and other thread counts give the same bits", arguments: ReferencePolicy.names,
        Precision.allCases)
    func chunks(_ name: String, _ precision: Precision) throws {
        let policy = try ReferencePolicy(name, precision: precision, blocks: .q8_0)
        let tokens = try policy.tokens
        let whole = try policy.logits(tokens)
        #expect(try policy.logits(tokens, chunks: tokens.map { _ in 1 }) == whole)
        #expect(try policy.logits(tokens, chunks: [7, 13, tokens.count - 20]) == whole)
        let alone = try ReferencePolicy(name, precision: precision, blocks: .q8_0, threads: 1)
        #expect(try alone.logits(tokens) == whole)
    }

    @Test("Neighbours in the batch change no bit", arguments: Precision.allCases)
    func neighbours(_ precision: Precision) throws {
        let policy = try ReferencePolicy("qwen3", precision: precision, blocks: .q8_0, threads: 3)
        let tokens = try policy.tokens
        let alone = try policy.logits(tokens)
        let chunks = (0..<7).map { i in
            ForwardChunk(
                tokens: Array(tokens[i..<tokens.count - i]), first: 0, blocks: policy.blocks(for: tokens.count - 2 * i),
                logitRows: 0..<1)
        }
        let first = Guarded([[Float]](repeating: [], count: chunks.count))
        policy.pass.run(weights: policy.weights, memory: policy.memory, chunks: chunks) { chunk, _, logits in
            let row = Array(logits)
            first.withLock { $0[chunk] = row }
        }
        #expect(first.withLock { $0[0] } == alone.first)
    }

    /// In a process of its own: the instruction set is the process's, and other tests run beside this one.
    @Test("Every instruction set gives the same bits, but where it multiplies bfloat16 itself")
    func instructionSets() async {
        await #expect(processExitsWith: .success) {
            for precision in Precision.allCases {
                let policy = try ReferencePolicy("qwen3", precision: precision, blocks: .q8_0)
                let tokens = try policy.tokens
                attn_limit_isa(precision == .float32 ? ATTN_ISA_AVX512_BF16 : ATTN_ISA_AVX512)
                let best = try policy.logits(tokens)
                for isa in [ATTN_ISA_AVX512, ATTN_ISA_AVX2] {
                    attn_limit_isa(isa)
                    let rows = try policy.logits(tokens)
                    precondition(rows == best)
                }
            }
        }
    }

    /// Rows that are no whole blocks; 45 = 32 + 13.
    @Test("Policies of odd widths are the same in blocks, up to their rounding", arguments: Precision.allCases)
    func oddWidths(_ precision: Precision) async throws {
        var configuration = PolicySize.tiny.configuration(family: .llama)
        (configuration.hiddenSize, configuration.feedForwardSize) = (45, 77)
        (configuration.headCount, configuration.keyValueHeadCount, configuration.headSize) = (3, 1, 10)
        try await Fixtures.withTemporaryFolder { folder in
            let model = folder.appendingPathComponent("odd")
            try PolicyInitializer.write(configuration: configuration, seed: 1, to: model)
            let tokens: [Int32] = (0..<20).map { $0 * 13 }
            let exact = try ReferencePolicy("llama", folder: model).logits(tokens)
            let rounded = try ReferencePolicy("llama", folder: model, precision: precision, blocks: .q8_0).logits(
                tokens)
            for (exact, rounded) in pairs(exact, rounded) {
                let error = zip(exact, rounded).map { abs($0 - $1) }.reduce(0, +)
                #expect(error < 0.05 * exact.map(abs).reduce(0, +))
            }
        }
    }

    @Test("Embeddings are what blocks say, and 32 weights take 34 bytes")
    func embedding() async throws {
        try await withFile(of: "qwen2") { file in
            let floats = try ReferencePolicy("qwen2", folder: file).weights.embedding
            let blocks = try ReferencePolicy("qwen2", blocks: .q8_0).weights.embedding
            for token in stride(from: 0, to: blocks.outputs, by: 7) {
                #expect(blocks.row(token) == floats.row(token))
            }
            #expect(blocks.byteCount * 4 * 32 == floats.byteCount * 34)
            #expect(WeightFormat.q8_0.byteCount(of: 64) == 68)
        }
    }

    @Test("Numbers that no block holds are refused by name", arguments: [Float.nan, .infinity, -9e6])
    func unfit(_ number: Float) throws {
        let directory = try PolicyDirectory(Fixtures.url("qwen2"))
        let parameters = try CPUParameters(files: try directory.weights(), configuration: directory.configuration)
        let weight = WeightName.layer(1, .downWeight)
        parameters[weight].values.pointer[70] = number
        let error = #expect(throws: PolicyError.self) {
            try parameters.packed(as: .q8_0, team: ThreadTeam(count: 2))
        }
        #expect(error?.code == .invalid)
        #expect(error?.message.contains(weight.huggingFaceName) == true)
        #expect(error?.message.contains("--weights auto") == true)
    }
}
