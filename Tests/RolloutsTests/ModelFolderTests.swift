import Compute
import Foundation
import Logging
import ModelFiles
import Policy
import Sampling
import TestSupport
import Testing
import Tokenizing

@testable import Rollouts

@Suite("Model folders with parts that nothing needs")
struct ModelFolderTests {
    @Test("A tokenizer larger than the model is served; a text with a token beyond is refused by its name")
    func largerTokenizer() async throws {
        try await withCopy { folder in
            try change(folder.appendingPathComponent("tokenizer.json")) { fields in
                var added = try #require(fields["added_tokens"] as? [[String: Any]])
                // Their ids are the next that are free, whatever the file says; the model knows those below 512.
                let fill = (413..<512).map { "<fill \($0)>" }
                for (id, text) in (fill + ["<pad>", "<extra>"]).enumerated() {
                    added.append([
                        "id": 413 + id, "content": text, "single_word": false, "lstrip": false, "rstrip": false,
                        "normalized": false, "special": true,
                    ])
                }
                fields["added_tokens"] = added
            }
            let engine = try engine(on: folder), tokenizer = try engine.policy("").tokenizer
            var request = GenerationRequest(prompt: tokenizer.encode("Add one. "))
            request.sampling.maxTokens = 3
            for try await _ in try engine.submit(request) {}
            let refusal = EngineError.tokenOutOfRange(id: 512, vocabulary: 512, token: "<pad>")
            request.prompt += tokenizer.encode("<pad>")
            #expect(throws: refusal) { _ = try engine.submit(request) }
            #expect(refusal.description.contains("The tokenizer has '<pad>' as token id 512"))
            request.prompt = [1]
            request.forcedResponse = tokenizer.encode("a<extra>")
            #expect(throws: EngineError.tokenOutOfRange(id: 513, vocabulary: 512, token: "<extra>")) {
                _ = try engine.submit(request)
            }
        }
    }

    @Test("What is left out of a folder is said when it is loaded")
    func warnings() async throws {
        try await withCopy { folder in
            let generation = folder.appendingPathComponent("generation_config.json")
            try Data(#"{"do_sample": true, "top_k": -1, "eos_token_id": [0, -1]}"#.utf8).write(to: generation)
            let loaded = try PolicyLoader(directory: folder, backend: CPUBackend(threads: 1))
                .load(name: "a", precision: .float32, engine: EngineConfiguration(threads: 1))
            #expect(loaded.info.generationDefaults.topK == nil && loaded.info.configuration.endOfSequence == [0])
            #expect(loaded.warnings.count == 2)
            #expect(loaded.warnings.allSatisfy { $0.hasPrefix(generation.path) })
            #expect(loaded.warnings.contains { $0.contains("top_k is -1") })
            try Data().write(to: generation)
            #expect(try engine(on: folder).policy("").generationDefaults.topK == nil)
        }
    }

    private func engine(on folder: URL) throws -> Engine {
        let engine = Engine(
            configuration: EngineConfiguration(threads: 1, keyValueBytes: 1 << 20),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        _ = try engine.load(directory: folder, precision: .float32)
        return engine
    }

    private func withCopy(_ body: (URL) async throws -> Void) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let copy = folder.appendingPathComponent("model")
            try FileManager.default.copyItem(at: Fixtures.url("qwen2"), to: copy)
            try await body(copy)
        }
    }

    private func change(_ file: URL, _ change: (inout [String: Any]) throws -> Void) throws {
        var fields = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        try change(&fields)
        try JSONSerialization.data(withJSONObject: fields).write(to: file)
    }
}
