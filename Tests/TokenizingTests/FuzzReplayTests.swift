import Foundation
import TestSupport
import Testing

@testable import Tokenizing

/// Inputs that fuzzing found worth keeping.
///
/// Each must give a result or an error; a crash fails the whole run.
@Suite("Fuzzing inputs")
struct FuzzReplayTests {
    private func inputs(_ folder: String) throws -> [[UInt8]] {
        let url = Fixtures.url("fuzz/\(folder)")
        return try FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }.map { Array(try Data(contentsOf: $0)) }
    }

    @Test("Every kept tokenizer.json loads or is refused, and works when it loads")
    func tokenizers() throws {
        let inputs = try inputs("tokenizer")
        #expect(!inputs.isEmpty)
        for input in inputs {
            guard let tokenizer = try? Tokenizer(json: input) else { continue }
            let ids = tokenizer.encode("Hello <s> wörld\n\n12 日本")
            var detokenizer = tokenizer.makeDetokenizer()
            let pieces = ids.map { detokenizer.append($0) }.joined() + detokenizer.finish()
            expectSame(pieces, tokenizer.decode(ids))
        }
    }

    @Test("Every kept template renders or is refused")
    func templates() throws {
        let inputs = try inputs("template")
        #expect(!inputs.isEmpty)
        for input in inputs {
            do {
                let template = try ChatTemplate(String(decoding: input, as: UTF8.self))
                _ = try template.render(
                    messages: [.message(role: "user", content: "Hi")], addGenerationPrompt: true)
            } catch {
                #expect(error is TemplateError)
            }
        }
    }
}
