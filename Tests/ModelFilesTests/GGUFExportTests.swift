import Foundation
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

    @Test("a folder's file has its configuration, numbers, tokens and template", arguments: families)
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
