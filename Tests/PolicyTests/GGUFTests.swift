import Compute
import Foundation
import ModelFiles
import TestSupport
import Testing

@testable import Policy

@Suite("Models in GGUF files", .serialized)
struct GGUFTests {
    /// Logits by reference.py, in float64, of the same dequantised weights.
    @Test("Logits equal the float64 reference", arguments: ["llama", "qwen2", "qwen3"])
    func logits(_ name: String) throws {
        let policy = try ReferencePolicy(name, folder: Fixtures.url("gguf/\(name).gguf"))
        let expected = try ReferenceTensors(fixture: "gguf/\(name).safetensors")
        let rows = try policy.logits(try expected.ints("tokens"))
        let logits = try expected.floats("logits")
        #expect(rows.joined().count == logits.count)
        let worst = try #require(zip(rows.joined(), logits).map { abs($0 - $1) }.max())
        // As for safetensors, some hundred roundings of 6e-8 on logits of a few units; those of random blocks reach 80.
        let size = max(1, (logits.map(abs).max() ?? 0) / 5)
        #expect(worst < ForwardPassTests.logitTolerance * size, "worst difference \(worst)")
    }

    @Test(
        "A folder written from a file computes what the file does, bit for bit",
        arguments: [Precision.float32, .bfloat16])
    func imported(_ precision: Precision) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let file = Fixtures.url("gguf/llama.gguf"), copy = folder.appendingPathComponent("copy")
            try PolicyDirectory.export(from: file, to: copy, format: .float32)
            let tokens = try ReferenceTensors(fixture: "gguf/llama.safetensors").ints("tokens")
            let direct = try ReferencePolicy("llama", folder: file, precision: precision).logits(tokens)
            #expect(try ReferencePolicy("llama", folder: copy, precision: precision).logits(tokens) == direct)
        }
    }
}
