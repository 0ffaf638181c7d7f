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
    /// A folder, the file of Q8_0 written from it, and tokens of its vocabulary; rows are whole blocks.
    private struct Model {
        let folder: URL
        let file: URL
        let tokens: [Int32]
    }

    private static let names = ["qwen2", "qwen3", "llama"]

    private func withModel(_ name: String, _ body: (Model) throws -> Void) async throws {
        try await Fixtures.withTemporaryFolder { temporary in
            let file = temporary.appendingPathComponent("\(name).gguf"), isLlama = name == "llama"
            // The fixture of that name has rows of 48. This one's file has query and key rows in an order of their own.
            let folder = isLlama ? temporary.appendingPathComponent("llama") : Fixtures.url(name)
            if isLlama {
                try PolicyDirectory.export(from: Fixtures.url("gguf/llama.gguf"), to: folder, format: .float32)
            }
            try PolicyDirectory.exportGGUF(from: folder, to: file, format: .q8_0)
            let tokens = try ReferenceTensors(fixture: "gguf/\(name).safetensors").ints("tokens")
            try body(Model(folder: folder, file: file, tokens: tokens))
        }
    }

    @Test(
        "Numbers that are not finite are refused by the tensor's name, whatever weights are kept in",
        arguments: [WeightName.layer(1, .downWeight), .layer(0, .gateWeight), .finalNorm],
        [nil, .q8_0] as [WeightBlocks?])
    func notFinite(_ name: WeightName, _ blocks: WeightBlocks?) async throws {
        try await Fixtures.withTemporaryFolder { temporary in
            let folder = temporary.appendingPathComponent("model")
            try FileManager.default.copyItem(at: Fixtures.url("qwen2"), to: folder)
            let tensor = try PolicyDirectory(folder).weights().tensor(name)
            let file = URL(fileURLWithPath: tensor.file)
            var content = try Data(contentsOf: file)
            let place = try #require(content.range(of: Data(tensor.bytes)))
            for (precision, damaged) in [(Precision.float32, Float.nan), (.bfloat16, -.infinity)] {
                withUnsafeBytes(of: damaged) {
                    content.replaceSubrange(place.upperBound - 4..<place.upperBound, with: $0)
                }
                try content.write(to: file)
                let error = #expect(throws: PolicyError.self) {
                    try ReferencePolicy("qwen2", folder: folder, precision: precision, blocks: blocks)
                }
                let message = error?.message ?? ""
                #expect(message.contains("'\(tensor.name)'") && message.contains("not finite"), "\(message)")
            }
        }
    }

    /// The same weights, so only roundings differ: where a block's sum is multiplied with its scale.
    @Test("Logits are those of the file's numbers as float32", arguments: names)
    func exact(_ name: String) async throws {
        try await withModel(name) { model in
            let floats = try ReferencePolicy(name, folder: model.file).logits(model.tokens).joined()
            let blocks = try ReferencePolicy(name, folder: model.file, blocks: .q8_0).logits(model.tokens).joined()
            let worst = zip(floats, blocks).map { abs($0 - $1) }.max()!
            let size = max(1, floats.map(abs).max()! / 5)
            #expect(worst < ForwardPassTests.logitTolerance * size, "worst difference \(worst)")
        }
    }

    @Test(
        "A folder quantised when it is loaded computes what its Q8_0 file does, bit for bit",
        arguments: names, Precision.allCases)
    func quantised(_ name: String, _ precision: Precision) async throws {
        try await withModel(name) { model in
            let folder = try ReferencePolicy(name, folder: model.folder, precision: precision, blocks: .q8_0)
            let file = try ReferencePolicy(name, folder: model.file, precision: precision, blocks: .q8_0)
            #expect(try folder.logits(model.tokens) == file.logits(model.tokens))
        }
    }

    /// A weight is off by up to 1/254 of the largest of its block, which is half a percent of one in the middle: some four
    /// times as much as in bfloat16.
    @Test("Logits stay near the reference", arguments: ReferencePolicy.names, Precision.allCases)
    func near(_ name: String, _ precision: Precision) throws {
        let policy = try ReferencePolicy(name, precision: precision, blocks: .q8_0)
        let expected = try policy.expected.floats("logits")
        let errors = zip(try policy.logits(try policy.tokens).joined(), expected).map { abs($0 - $1) }
        let scale = expected.map(abs).reduce(0, +) / Float(expected.count)
        let mean = errors.reduce(0, +) / Float(errors.count)
        #expect(mean < 0.1 * scale, "mean error \(mean) on logits of mean size \(scale)")
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
                #expect(error < 0.1 * exact.map(abs).reduce(0, +))
            }
        }
    }

    @Test("Embeddings are what blocks say, and 32 weights take 34 bytes")
    func embedding() async throws {
        try await withModel("qwen2") { model in
            let floats = try ReferencePolicy("qwen2", folder: model.file).weights.embedding
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
