import Foundation
import JSONCoding
import TestSupport
import Testing
import Tokenizing

@testable import ModelFiles

/// Models that Tests/Fixtures/gguf/make_gguf.py wrote.
let ggufModels = ["llama", "qwen2", "qwen3"]

func gguf(_ name: String) -> URL { Fixtures.url("gguf/\(name).gguf") }

@Suite("GGUF models")
struct GGUFModelTests {
    @Test("metadata become the configuration that the same model's folder has")
    func configurations() throws {
        let llama = try PolicyDirectory(gguf("llama")).configuration
        #expect((llama.family, llama.hiddenSize, llama.layerCount, llama.feedForwardSize) == (.llama, 256, 2, 256))
        #expect((llama.headCount, llama.keyValueHeadCount, llama.headSize, llama.vocabularySize) == (8, 4, 32, 360))
        #expect((llama.contextLength, llama.normEpsilon, llama.rotaryTheta) == (4096, 1e-5, 500_000))
        #expect(
            llama.rotaryScaling
                == .llama3(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContext: 8192))
        #expect(!llama.tiesEmbeddings && !llama.hasQKVBias)
        #expect((llama.beginningOfSequence, llama.endOfSequence) == (1, [2]))
        let qwen2 = try PolicyDirectory(gguf("qwen2")).configuration
        #expect(qwen2.family == .qwen2 && qwen2.tiesEmbeddings && qwen2.hasQKVBias && !qwen2.hasOutputBias)
        #expect(
            qwen2.rotaryScaling
                == .yarn(factor: 4, originalContext: 256, betaFast: 32, betaSlow: 1, attentionFactor: nil))
        #expect(qwen2.generationEndOfSequence.count == 2 && qwen2.endOfSequence == [qwen2.generationEndOfSequence[0]])
        let qwen3 = try PolicyDirectory(gguf("qwen3")).configuration
        #expect(qwen3.family == .qwen3 && qwen3.hasQKNorm && qwen3.headSize == 32 && qwen3.hiddenSize == 48)
    }

    @Test("a folder imported from a file has its configuration, tokenizer and numbers", arguments: ggufModels)
    func imported(_ name: String) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let target = folder.appendingPathComponent("model")
            try PolicyDirectory.export(from: gguf(name), to: target, format: .float32)
            let (stored, copy) = (try PolicyDirectory(gguf(name)), try PolicyDirectory(target))
            #expect(copy.configuration == stored.configuration && copy.warnings.isEmpty)
            #expect(try contents(of: target) == contents(of: gguf(name)))
            for file in ["tokenizer.json", "tokenizer_config.json", "generation_config.json"] {
                #expect(try copy.source.contents(of: file) == stored.source.contents(of: file))
            }
        }
    }

    @Test("texts have the tokens that sentencepiece and tokenizers give them, and come back", arguments: ggufModels)
    func tokens(_ name: String) throws {
        struct Case: Decodable {
            let text: String
            let tokens: [Int32]
        }
        let source = try ModelSource(gguf(name))
        let tokenizer = try Tokenizer(
            json: [UInt8](source.contents(of: "tokenizer.json")),
            configuration: TokenizerConfiguration(json: [UInt8](source.contents(of: "tokenizer_config.json"))))
        let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: Fixtures.url("gguf/\(name).json")))
        #expect(cases.count > 20)
        for entry in cases {
            #expect(tokenizer.encode(entry.text) == entry.tokens, "\(entry.text.debugDescription)")
            guard name != "qwen2" else { continue }  // It normalises.
            expectSame(tokenizer.decode(entry.tokens, skipSpecialTokens: name == "llama"), entry.text)
        }
    }

    @Test("Llama 3's numbers are found again in its divisors", arguments: [64, 128])
    func llama3(headSize: Int) {
        for scaling in [
            Llama3Scaling(factor: 8, low: 1, high: 4, original: 8192),
            Llama3Scaling(factor: 32, low: 1, high: 4, original: 8192),
            Llama3Scaling(factor: 16, low: 1, high: 8, original: 4096),
        ] {
            let divisors = scaling.divisors(theta: 500_000, count: headSize / 2).map { Double(Float($0)) }
            #expect(Llama3Scaling(divisors: divisors, theta: 500_000) == scaling)
        }
        let others = (0..<headSize / 2).map { 1 + Double($0) }
        #expect(Llama3Scaling(divisors: others, theta: 500_000) == nil)
    }

    // MARK: Refusals

    private static func small(_ architecture: String = "llama") -> GGUFBytes {
        var file = GGUFBytes()
        file.keys = [("general.architecture", .text(architecture))]
        file.keys += [
            ("embedding_length", 32), ("block_count", 1), ("feed_forward_length", 32), ("attention.head_count", 4),
            ("context_length", 64),
        ].map { ("\(architecture).\($0)", .uint32($1)) }
        file.keys.append(("\(architecture).attention.layer_norm_rms_epsilon", .float32(1e-5)))
        file.tensors = [.init(name: "token_embd.weight", sizes: [32, 4])]
        file.dataCount = 512
        return file
    }

    private func message(_ change: (inout GGUFBytes) -> Void) async throws -> String {
        try await Fixtures.withTemporaryFolder { folder in
            var file = Self.small()
            change(&file)
            let url = folder.appendingPathComponent("small.gguf")
            try Data(file.bytes).write(to: url)
            do {
                let stored = try PolicyDirectory(url)
                _ = try stored.weights()
                return ""
            } catch let error as PolicyError {
                #expect(error.message.contains("small.gguf"))
                return error.message
            }
        }
    }

    @Test(
        "what cannot be served is refused with the key or tensor and the remedy",
        arguments: [
            ("general.architecture", GGUFBytes.Value.text("gemma2"), "'gemma2', which is not served"),
            ("split.count", .uint32(3), "llama-gguf-split --merge"),
            ("general.type", .text("adapter"), "'adapter' (general.type)"),
            ("llama.block_count", .float32(2.5), "is 2.5; it should be a whole number"),
            ("llama.expert_count", .uint32(8), "mixture of 8 experts"),
            ("llama.block_count", .text("one"), "'llama.block_count' is a text"),
            ("llama.attention.head_count", .uint32(0), "'llama.attention.head_count' is 0"),
            ("llama.attention.head_count", .uint32(5), "num_attention_heads"),
            ("llama.attention.value_length", .uint32(4), "keys have 8 numbers and values 4"),
            ("llama.rope.dimension_count", .uint32(4), "'llama.rope.dimension_count' rotates 4 of a head's 8 numbers"),
            ("llama.rope.scaling.type", .text("longrope"), "longrope"),
            ("llama.rope.scaling.type", .text("linear"), "'llama.rope.scaling.factor' is missing"),
            ("llama.attention.scale", .float32(0.5), "not computed"),
            ("llama.embedding_length", .uint32(64), "'token_embd.weight' has shape [4, 32]"),
            ("llama.feed_forward_length", .uint32(32), "no tensor 'blk.0.attn_norm.weight'"),
        ])
    func refusals(key: String, value: GGUFBytes.Value, words: String) async throws {
        let message = try await message { file in
            file.keys.removeAll { $0.0 == key }
            file.keys.append((key, value))
        }
        #expect(message.contains(words), "\(message)")
    }

    @Test("missing keys are named, and so is a vocabulary without a model")
    func missing() async throws {
        var words = try await message { $0.keys.removeAll { $0.0 == "llama.context_length" } }
        #expect(words.contains("'llama.context_length' is missing"))
        words = try await message { $0.keys.removeAll() }
        #expect(words.contains("'general.architecture' is missing"))
        words = try await message { $0.tensors = [] }
        #expect(words.contains("'token_embd.weight'") && words.contains("complete model"))
    }

    private func tokenizer(_ keys: [(String, GGUFBytes.Value)]) throws -> String {
        var file = GGUFBytes()
        file.keys = keys
        do {
            let header = try file.bytes.withUnsafeBytes { try GGUFHeader($0, file: "m.gguf") }
            _ = try GGUFTokenizer(header.metadata).tokenizer()
            return ""
        } catch let error as PolicyError {
            return error.message
        }
    }

    @Test("vocabularies that are not known are refused by name")
    func vocabularies() throws {
        let tokens: (String, GGUFBytes.Value) = ("tokenizer.ggml.tokens", .texts(["a", "b"]))
        let gpt2: (String, GGUFBytes.Value) = ("tokenizer.ggml.model", .text("gpt2"))
        let llama: (String, GGUFBytes.Value) = ("tokenizer.ggml.model", .text("llama"))
        #expect(try tokenizer([]).contains("'tokenizer.ggml.model' is missing"))
        #expect(try tokenizer([("tokenizer.ggml.model", .text("t5")), tokens]).contains("'t5'"))
        #expect(try tokenizer([gpt2]).contains("'tokenizer.ggml.tokens' is missing"))
        #expect(try tokenizer([gpt2, tokens]).contains("'tokenizer.ggml.merges' is missing"))
        #expect(try tokenizer([gpt2, tokens, ("tokenizer.ggml.pre", .text("odd"))]).contains("'odd'"))
        #expect(try tokenizer([llama, tokens]).contains("'tokenizer.ggml.scores' is missing"))
        let types: (String, GGUFBytes.Value) = (
            "tokenizer.ggml.token_type", .raw(9, littleEndian(UInt32(5), UInt64(1), Int32(1)))
        )
        #expect(try tokenizer([gpt2, tokens, types]).contains("has 1 elements and there are 2 tokens"))
        let bos: [(String, GGUFBytes.Value)] = [
            ("tokenizer.ggml.merges", .texts([])), ("tokenizer.ggml.add_bos_token", .bool(1)),
            ("tokenizer.ggml.bos_token_id", .uint32(2)),
        ]
        #expect(
            try tokenizer([gpt2, tokens] + bos).contains("'tokenizer.ggml.bos_token_id' is 2 and there are 2 tokens"))
    }

    @Test("every pre-tokenizer that is known can be built", arguments: GGUFPreTokenizer.allCases)
    func preTokenizers(_ kind: GGUFPreTokenizer) throws {
        for name in kind.names {
            var file = GGUFBytes()
            file.keys = [
                ("tokenizer.ggml.model", .text("gpt2")), ("tokenizer.ggml.pre", .text(name)),
                ("tokenizer.ggml.tokens", .texts(["a", "b", "ab"])), ("tokenizer.ggml.merges", .texts(["a b"])),
            ]
            let header = try file.bytes.withUnsafeBytes { try GGUFHeader($0, file: "m.gguf") }
            let tokenizer = try Tokenizer(json: try GGUFTokenizer(header.metadata).tokenizer().bytes())
            #expect(tokenizer.encode("ab") == [2])
        }
    }

    @Test("named templates are listed, the one without a name as the default")
    func templates() throws {
        var file = GGUFBytes()
        file.keys = [
            ("tokenizer.ggml.model", .text("gpt2")), ("tokenizer.ggml.tokens", .texts(["a"])),
            ("tokenizer.chat_template", .text("usual")), ("tokenizer.chat_template.tool_use", .text("tools")),
        ]
        let header = try file.bytes.withUnsafeBytes { try GGUFHeader($0, file: "m.gguf") }
        let json = try GGUFTokenizer(header.metadata).configuration().bytes()
        #expect(try TokenizerConfiguration(json: json).chatTemplate == "usual")
        #expect(String(decoding: json, as: UTF8.self).contains("tool_use"))
    }
}
