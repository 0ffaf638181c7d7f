import Basics
import Foundation
import ModelFiles
import ModelMaking
import TestSupport
import Testing

@Suite("PolicyInitializer")
struct InitialisationTests {
    @Test("writes a folder that opens, marked untrained, with the tokenizer's end token", arguments: families)
    func opens(_ name: String) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let family = try #require(PolicyConfiguration.Family(rawValue: name))
            let target = folder.appendingPathComponent("new/policy")
            try PolicyInitializer.write(
                size: .tiny, family: family, seed: 7, to: target, tokenizerFiles: tokenizer(of: "llama"))
            let directory = try PolicyDirectory(target)
            let weights = try directory.weights()
            var expected = PolicySize.tiny.configuration(family: family)
            expected.isUntrained = true
            expected.endOfSequence = [408]
            expected.generationEndOfSequence = [408]
            #expect(directory.configuration == expected)
            #expect(weights.warnings.isEmpty)
            #expect(try weights.tensor(.embedding).encoding == .bfloat16)
            #expect(
                try Data(contentsOf: target.appendingPathComponent("tokenizer.json"))
                    == tokenizer(of: "llama")["tokenizer.json"])
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("new").path).count
                    == 1)
        }
    }

    @Test("gives the same bytes for the same seed on every machine, and others for another")
    func reproducible() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            for (name, seed) in [("a", 1), ("b", 1), ("c", 2)] {
                try PolicyInitializer.write(
                    size: .tiny, seed: UInt64(seed), to: folder.appendingPathComponent(name), format: .float32)
            }
            let files = try ["a", "b", "c"].map {
                try Data(contentsOf: folder.appendingPathComponent("\($0)/model.safetensors"))
            }
            #expect(files[0] == files[1])
            #expect(files[0] != files[2])
            // Recorded once. Another value means that policies no longer can be made again from their seed.
            #expect(fingerprint(files[0]) == 9_191_825_521_024_847_328)
        }
    }

    @Test("draws matrices with the standard deviations of the scheme, norms as 1 and biases as 0")
    func statistics() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let target = folder.appendingPathComponent("p")
            try PolicyInitializer.write(size: .tiny, seed: 3, to: target, format: .float32)
            let weights = try contents(of: target)
            #expect(weights["model.layers.2.self_attn.q_proj.bias"]?.allSatisfy { $0 == 0 } == true)
            #expect(weights["model.layers.2.input_layernorm.weight"]?.allSatisfy { $0 == 1 } == true)
            let embedding = try #require(weights["model.embed_tokens.weight"]).map { Double($0) / 0.02 }
            // Moments of n = 32,768 samples, five standard errors wide: 1, 2, 15 and 96 are the variances of the
            // first four powers of a normal deviate.
            let n = Double(embedding.count)
            for (power, expected, variance) in [(1.0, 0.0, 1.0), (2, 1, 2), (3, 0, 15), (4, 3, 96)] {
                let moment = embedding.reduce(0) { $0 + pow($1, power) } / n
                #expect(abs(moment - expected) < 5 * (variance / n).squareRoot(), "moment \(power): \(moment)")
            }
            let down = try #require(weights["model.layers.0.mlp.down_proj.weight"])
            let deviation = (down.reduce(0) { $0 + Double($1 * $1) } / Double(down.count)).squareRoot()
            #expect(abs(deviation / (0.02 / 8.0.squareRoot()) - 1) < 0.04)
        }
    }

    @Test("refuses a tokenizer with ids outside the vocabulary")
    func tokenizerTooLarge() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            var configuration = PolicySize.tiny.configuration(family: .qwen2)
            configuration.vocabularySize = 300
            let target = folder.appendingPathComponent("p")
            let error = #expect(throws: PolicyError.self) {
                try PolicyInitializer.write(
                    configuration: configuration, seed: 1, to: target, tokenizerFiles: tokenizer(of: "qwen2"))
            }
            #expect(error?.message.contains("a vocabulary of 300") == true)
            #expect(!FileManager.default.fileExists(atPath: target.path))
        }
    }

    @Test("grows a size's vocabulary to that of a larger tokenizer")
    func tokenizerLargerThanSize() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let vocabulary = Dictionary(uniqueKeysWithValues: (0..<1000).map { ("t\($0)", $0) })
            let file = try JSONSerialization.data(withJSONObject: ["model": ["vocab": vocabulary]])
            let target = folder.appendingPathComponent("p")
            try PolicyInitializer.write(size: .tiny, seed: 1, to: target, tokenizerFiles: ["tokenizer.json": file])
            let policy = try PolicyDirectory(target)
            #expect(PolicySize.tiny.configuration(family: .qwen2).vocabularySize < 1000)
            #expect(policy.configuration.vocabularySize == 1000)
            #expect(try policy.weights().tensor(.embedding).shape == [1000, 64])
        }
    }

    @Test("refuses an end token that the tokenizer does not have")
    func unknownEndToken() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            var files = try tokenizer(of: "qwen2")
            files["tokenizer_config.json"] = Data(#"{"eos_token": {"content": "<nothing>"}}"#.utf8)
            let error = #expect(throws: PolicyError.self) {
                try PolicyInitializer.write(
                    size: .tiny, seed: 1, to: folder.appendingPathComponent("p"), tokenizerFiles: files)
            }
            #expect(error?.message.contains("eos_token is \"<nothing>\"") == true)
        }
    }
}

private func tokenizer(of fixture: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in ["tokenizer.json", "tokenizer_config.json"] {
        files[name] = try Data(contentsOf: Fixtures.url("\(fixture)/\(name)"))
    }
    return files
}
