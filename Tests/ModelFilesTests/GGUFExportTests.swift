import Foundation
import ModelMaking
import TestSupport
import Testing
import Tokenizing

@testable import ModelFiles

@Suite("GGUF export")
struct GGUFExportTests {
    private func tokenizer(_ url: URL) throws -> Tokenizer {
        let source = try ModelSource(url)
        return try Tokenizer(
            json: [UInt8](source.contents(of: "tokenizer.json")),
            configuration: TokenizerConfiguration(json: [UInt8](source.contents(of: "tokenizer_config.json"))))
    }

    private static let texts = [
        "Let us compute 12 + 34 = 46.\n\nSo \\boxed{46}", "  two  spaces ", "naïve — “quoted”", "日本語 🙂",
        "<|im_start|>user\nhi<|im_end|>\n", "don't I'll",
    ]

    @Test(
        "a folder's file has its configuration, numbers, tokens and template",
        arguments: ["qwen2", "qwen3", "llama", "mistral", "olmo2", "phi3", "phi3_window"])
    func folders(_ family: String) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let source = Fixtures.url(family), target = folder.appendingPathComponent("m.gguf")
            try PolicyDirectory.exportGGUF(from: source, to: target, format: .float32)
            let (before, after) = (try PolicyDirectory(source), try PolicyDirectory(target))
            #expect(after.configuration.hasShape(of: before.configuration))
            #expect(try contents(of: target) == contents(of: source))
            #expect(after.warnings.isEmpty)
            #expect(try after.weights().warnings.isEmpty)
            let (first, second) = (try tokenizer(source), try tokenizer(target))
            for text in Self.texts { #expect(second.encode(text) == first.encode(text), "\(text)") }
            #expect(second.chatTemplate == first.chatTemplate && second.eosToken == first.eosToken)
        }
    }

    @Test("every family's file is read as it was written", arguments: PolicyConfiguration.Family.allCases)
    func newModels(_ family: PolicyConfiguration.Family) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let source = folder.appendingPathComponent("m"), target = folder.appendingPathComponent("m.gguf")
            let files = try ["tokenizer.json", "tokenizer_config.json"].map {
                ($0, try Data(contentsOf: Fixtures.url("qwen2/\($0)")))
            }
            try PolicyInitializer.write(
                size: .tiny, family: family, seed: 3, to: source, format: .float32,
                tokenizerFiles: Dictionary(uniqueKeysWithValues: files))
            try PolicyDirectory.exportGGUF(from: source, to: target, format: .float32)
            var expected = try PolicyDirectory(source).configuration
            // Without a window, a Mistral model is a Llama model.
            if family == .mistral { expected.family = .llama }
            #expect(try PolicyDirectory(target).configuration.hasShape(of: expected))
            #expect(try contents(of: target) == contents(of: source))
            #expect(try PolicyDirectory(target).weights().warnings.isEmpty)
        }
    }

    @Test("Gemma's gains are stored with the 1 that is added to them")
    func gains() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let model = folder.appendingPathComponent("model"), target = folder.appendingPathComponent("m.gguf")
            try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
            // The scale that llama.cpp takes.
            try copyConfiguration("gemma3_text", to: model, changing: ["query_pre_attn_scalar": 16])
            try copyWeights("gemma3_text", to: model.appendingPathComponent("model.safetensors"))
            try PolicyDirectory.exportGGUF(from: model, to: target, format: .float32)
            let name = "model.layers.1.post_feedforward_layernorm.weight", before = try contents(of: model)
            let stored = try #require(GGUFFile(path: target.path).tensor("blk.1.post_ffw_norm.weight")).floats()
            #expect(stored == before[name]?.map { $0 + 1 })
            // Half a step of float32 between 2 and 4, where the greatest of the gains lie.
            for (name, values) in try contents(of: target) {
                #expect(pairs(values, try #require(before[name])).allSatisfy { abs($0 - $1) <= 0x1p-23 })
            }
            let configuration = try PolicyDirectory(target).configuration
            #expect(try configuration.hasShape(of: PolicyDirectory(model).configuration))
        }
    }

    @Test(
        "what an architecture leaves no choice about is refused",
        arguments: [
            ("qwen3_window", "a window in some of the layers"), ("smollm3", "other than every fourth"),
            ("gemma3_text", "a scale of scores"), ("qwen3_moe", "layers without experts"),
        ])
    func unsaid(_ name: String, _ words: String) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let target = folder.appendingPathComponent("m.gguf")
            let error = #expect(throws: PolicyError.self) {
                try PolicyDirectory.exportGGUF(from: Fixtures.url(name), to: target, format: .float32)
            }
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
            #expect(!FileManager.default.fileExists(atPath: target.path))
        }
    }

    @Test("a file's copy has its vocabulary, and the same bytes when it is copied again", arguments: ggufModels)
    func copies(_ name: String) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let (first, second) = (
                folder.appendingPathComponent("\(name).gguf"), folder.appendingPathComponent("b/\(name).gguf")
            )
            try FileManager.default.createDirectory(
                at: second.deletingLastPathComponent(), withIntermediateDirectories: true)
            try PolicyDirectory.exportGGUF(from: gguf(name), to: first, format: .float32)
            try PolicyDirectory.exportGGUF(from: first, to: second, format: .float32)
            #expect(try Data(contentsOf: first) == Data(contentsOf: second))
            #expect(try contents(of: first) == contents(of: gguf(name)))
            let (before, after) = (try tokenizer(gguf(name)), try tokenizer(first))
            for text in Self.texts { #expect(after.encode(text) == before.encode(text), "\(text)") }
            #expect(after.chatTemplate == before.chatTemplate)
        }
    }

    @Test(
        "formats round as they should, and vectors stay whole",
        arguments: [(GGUFFormat.float16, Float(0x1p-11)), (.bfloat16, 0x1p-8), (.q8_0, 1 / 127)])
    func formats(_ format: GGUFFormat, _ step: Float) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let target = folder.appendingPathComponent("m.gguf")
            try PolicyDirectory.exportGGUF(from: Fixtures.url("llama"), to: target, format: format)
            let (exact, rounded) = (try contents(of: Fixtures.url("llama")), try contents(of: target))
            for (name, values) in exact {
                let copy = try #require(rounded[name])
                guard !name.hasSuffix("norm.weight") else {
                    #expect(copy == values)
                    continue
                }
                // Half a step of the largest of a block, or of the number itself.
                let largest = values.map(abs).max() ?? 0
                #expect(zip(copy, values).allSatisfy { abs($0 - $1) <= step * largest })
                #expect(copy != values)
            }
        }
    }

    @Test("what GGUF cannot say is refused, and nothing is left")
    func refusals() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let model = folder.appendingPathComponent("model"), target = folder.appendingPathComponent("m.gguf")
            try FileManager.default.copyItem(at: Fixtures.url("qwen2"), to: model)
            let file = model.appendingPathComponent("tokenizer.json")
            let text = try String(contentsOf: file, encoding: .utf8)
            try Data(text.replacing("\\\\p{N}|", with: "\\\\p{N}{1,2}|").utf8).write(to: file)
            var error = #expect(throws: PolicyError.self) {
                try PolicyDirectory.exportGGUF(from: model, to: target, format: .float32)
            }
            #expect(error?.message.contains("knows no pre-tokenizer") == true, "\(error?.message ?? "")")
            try Data("x".utf8).write(to: target)
            error = #expect(throws: PolicyError.self) {
                try PolicyDirectory.exportGGUF(from: Fixtures.url("qwen2"), to: target, format: .float32)
            }
            #expect(error?.code == .alreadyExists)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["m.gguf", "model"])
        }
    }
}
