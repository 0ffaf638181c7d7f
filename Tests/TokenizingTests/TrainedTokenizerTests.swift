import Foundation
import Templates
import TestSupport
import Testing

@testable import Tokenizing

@Suite("TrainedTokenizer")
struct TrainedTokenizerTests {
    static let texts = [
        "The cat sat on the mat, and the cat sat still.\n\nThen the other cat came: 12 cats, 123 cats.\n\n",
        "the then there, the other then; \\boxed{12}", "%23;Kl*5;E9?K\n", "E9=e9\n\nKl*5;l11*5=k9\n\n\\boxed{9}",
    ]
    static let forced = ["\n\n", "\\boxed{", "}", "K", "k", "9", "12", "23", "*", "é", "a.b|(c)"]

    private func trained(size: Int = 320) throws -> TrainedTokenizer {
        try TrainedTokenizer(size: size, forced: Self.forced, texts: Self.texts)
    }

    private func tokenizer(size: Int = 320) throws -> Tokenizer {
        try Tokenizer(json: Array(try trained(size: size).tokenizerJSON().utf8))
    }

    @Test("Forced texts are one token each wherever they stand, and a number where it is all of the number")
    func forced() throws {
        let tokenizer = try tokenizer()
        func pieces(_ text: String) -> [String] { tokenizer.encode(text).map { tokenizer.decode([$0]) } }
        #expect(pieces("9*12=k9\n\n\\boxed{23}") == ["9", "*", "12", "=", "k", "9", "\n\n", "\\boxed{", "23", "}"])
        #expect(pieces("zKz") == ["z", "K", "z"])
        #expect(pieces("a.b|(c)é") == ["a.b|(c)", "é"])
        #expect(!pieces("123").contains("12") || pieces("123") == ["12", "3"])
        #expect(pieces("\n\n\n").first == "\n\n")
    }

    @Test("Any text comes back unchanged")
    func lossless() throws {
        let tokenizer = try tokenizer()
        for text in Self.texts + ["", " ", "\0\u{7F}é😀\r\n\t", "日本語 123456", "\\boxed{}}{", "<eo s>"] {
            #expect(tokenizer.decode(tokenizer.encode(text)) == text)
        }
    }

    @Test("The same texts give the same file, and frequent words become tokens")
    func deterministic() throws {
        let first = try trained()
        #expect(try trained().tokenizerJSON() == first.tokenizerJSON())
        #expect(first.size <= 320 && first.mergeCount > 10)
        let tokenizer = try tokenizer()
        #expect(tokenizer.encode(" the").count == 1 && tokenizer.encode(" cat").count == 1)
    }

    @Test("Equally frequent pairs are taken in byte order, and pairs that occur once not at all")
    func ties() {
        var trainer = BytePairTrainer(
            forced: [], pieces: [Array("zy".utf8): 2, Array("ab".utf8): 2, Array("cd".utf8): 1])
        trainer.run(size: 1000)
        #expect(trainer.tokens.dropFirst(256).map { String(decoding: $0, as: UTF8.self) } == ["ab", "zy"])
    }

    @Test("Merging repeats of one byte counts what is left")
    func repeats() {
        var trainer = BytePairTrainer(forced: [], pieces: [Array("aaaaa".utf8): 3])
        trainer.run(size: 1000)
        #expect(trainer.tokens.dropFirst(256).map { String(decoding: $0, as: UTF8.self) } == ["aa", "aaa", "aaaaa"])
    }

    @Test("A size too small for what has to be in it is refused with the size needed")
    func tooSmall() throws {
        let error = #expect(throws: TokenizerError.self) { try trained(size: 260) }
        // 256 bytes, seven of the forced texts are longer than a byte, two markers.
        #expect(error?.message.contains("Ask for 264 or more.") == true, "\(error?.message ?? "")")
        #expect(try trained(size: 264).mergeCount == 0)
    }

    @Test("The folder names the token that ends a response, and a template that marks it")
    func files() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let place = folder.appendingPathComponent("new/tokenizer")
            let learned = try trained()
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            for (name, text) in [
                ("tokenizer.json", learned.tokenizerJSON()),
                ("tokenizer_config.json", learned.configurationJSON(contextLength: 512)),
            ] {
                try Data(text.utf8).write(to: place.appendingPathComponent(name))
            }
            let tokenizer = try Tokenizer(directory: place)
            #expect(tokenizer.eosToken == "<eos>" && tokenizer.padToken == "<pad>")
            #expect(tokenizer.id(of: "<eos>").map(tokenizer.isSpecial) == true)
            #expect(tokenizer.encode("<eos>").count == 1)
            let template = try ChatTemplate(try #require(tokenizer.chatTemplate))
            let text = try template.render(
                messages: [.message(role: "user", content: "5;+3?\n"), .message(role: "assistant", content: "8")],
                addGenerationPrompt: false)
            #expect(text == "5;+3?\n8<eos>")
        }
    }

    @Test("The file and its ids are those that the `tokenizers` library was seen to agree with")
    func reference() throws {
        let folder = Fixtures.url("tokenizing/trained")
        let json = try String(contentsOf: folder.appendingPathComponent("tokenizer.json"), encoding: .utf8)
        #expect(try trained().tokenizerJSON() == json)
        let cases = try JSONDecoder().decode(
            [Case].self, from: Data(contentsOf: folder.appendingPathComponent("expected.json")))
        #expect(cases.count > 20)
        let tokenizer = try tokenizer()
        for expected in cases { #expect(tokenizer.encode(expected.text) == expected.ids, "\(expected.text)") }
    }

    private struct Case: Decodable {
        let text: String
        let ids: [Int32]
    }
}
