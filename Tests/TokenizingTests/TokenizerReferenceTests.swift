import Foundation
import Templates
import TestSupport
import Testing

@testable import Tokenizing

@Suite("Tokenizer against the reference implementation")
struct TokenizerReferenceTests {
    struct Expected: Decodable { var tokenizer: [TokenizerCase] }

    struct Greedy: Decodable {
        var prompt: String
        var prompt_ids: [Int32]
        var new_ids: [Int32]
        var text: String
    }

    @Test(
        "The tokenizers of the small policies give the reference's ids and texts",
        arguments: ["qwen2", "qwen3", "llama"])
    func smallPolicies(name: String) throws {
        let tokenizer = try Tokenizer(directory: Fixtures.url(name))
        let cases = try readFixture(Expected.self, Fixtures.url("\(name)/expected.json")).tokenizer
        #expect(cases.count >= 19)
        for item in cases { check(tokenizer, item) }
        #expect(tokenizer.vocabularySize == 413)
        #expect(tokenizer.eosToken == "<|endoftext|>" && tokenizer.bosToken == nil)
        #expect(tokenizer.chatTemplate?.contains("<|im_start|>") == true)
    }

    @Test(
        "Every kind of normalizer, split, added token, post-processor and decoder gives the reference's ids and texts")
    func pipelines() throws {
        let root = try TemplateValue(json: Array(Data(contentsOf: Fixtures.url("tokenizing/pipelines.json"))))
        let pipelines = try readFixture([Pipeline].self, Fixtures.url("tokenizing/pipelines.json"))
        #expect(pipelines.count >= 35)
        for (pipeline, value) in pairs(pipelines, try #require(root.asList)) {
            guard case .object(let object) = value, let file = object["tokenizer"] else { continue }
            let text = file.json(indent: 0)
            let tokenizer = try Tokenizer(json: Array(text.utf8), file: pipeline.name)
            for item in pipeline.cases { check(tokenizer, item) }
        }
    }

    @Test(
        "Published ways to cut give the reference's pieces",
        arguments: ["digits behind byte level", "letters that are not Chinese"])
    func cuts(name: String) throws {
        let url = Fixtures.url("tokenizing/cuts.json")
        let files = try #require(try TemplateValue(json: Array(Data(contentsOf: url))).asList)
        let pipelines = try readFixture([Pipeline].self, url)
        let index = try #require(pipelines.firstIndex { $0.name == name })
        let file = try #require(files[index].asObject?["tokenizer"])
        let tokenizer = try Tokenizer(json: Array(file.json(indent: 0).utf8), file: name)
        #expect(pipelines[index].cases.count >= 60)
        for item in pipelines[index].cases { check(tokenizer, item) }
    }

    struct Pipeline: Decodable {
        var name: String
        var cases: [TokenizerCase]
    }

    @Test(
        "A vocabulary of 151,643 tokens gives the reference's ids",
        .enabled(if: Fixtures.shared("tokenizers/qwen2") != nil, "needs the shared tokenizers"))
    func realVocabulary() throws {
        let folder = try #require(Fixtures.shared("tokenizers/qwen2"))
        let tokenizer = try Tokenizer(directory: folder)
        #expect(tokenizer.vocabularySize == 151_650)
        let cases = try readFixture([TokenizerCase].self, folder.appendingPathComponent("expected.json"))
        #expect(cases.count >= 50)
        for item in cases { #expect(tokenizer.encode(item.text) == item.ids, "\(item.text.debugDescription)") }
    }

    @Test(
        "A SentencePiece-style vocabulary gives the reference's ids and texts",
        .enabled(if: Fixtures.shared("models/stories260k") != nil, "needs the shared models"))
    func stories() throws {
        let folder = try #require(Fixtures.shared("models/stories260k"))
        let tokenizer = try Tokenizer(directory: folder)
        let cases = try readFixture([Greedy].self, folder.appendingPathComponent("expected_greedy.json"))
        #expect(!cases.isEmpty)
        for item in cases {
            #expect(tokenizer.encode(item.prompt) == item.prompt_ids)
            expectSame(tokenizer.decode(item.prompt_ids + item.new_ids, skipSpecialTokens: true), item.text)
        }
        #expect(tokenizer.bosToken == "<s>")
    }
}
