import Foundation
import TestSupport
import Testing

@testable import Tokenizing

/// Texts that go on from tokens before them.
@Suite("Texts that continue others")
struct TextPositionTests {
    static let space = "▁"
    static let words = ["▁", "h", "i", ",", "o", "▁h", "hi", "▁hi", "▁o", "<0x0A>", "</s>"]
    static let merges = [["▁", "h"], ["h", "i"], ["▁", "hi"], ["▁", "o"], ["▁h", "i"]]
    static let replaceAndPrepend = """
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},
          {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
        "decoder": {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
          {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
        """

    static func metaspace(_ scheme: String) -> String {
        let part = #"{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "\#(scheme)", "split": true}"#
        return "\"pre_tokenizer\": \(part), \"decoder\": \(part),"
    }

    /// Kinds of vocabularies that mark the beginning of a text.
    static let kinds = [
        "a prepended mark": replaceAndPrepend, "a mark before every stretch": metaspace("always"),
        "a mark before the first stretch": metaspace("first"),
    ]

    static func tokenizer(_ parts: String) throws -> Tokenizer {
        let added = #"{"id": 10, "content": "</s>", "special": true, "normalized": false}"#
        let template = """
            "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "</s>"}},
              {"Sequence": {"id": "A"}}], "special_tokens": {"</s>": {"ids": [10]}}},
            """
        let text = String(decoding: try characterTokenizerJSON(words, merges: merges), as: UTF8.self)
            .replacingOccurrences(of: "\"added_tokens\": [], \"decoder\": null,", with: "")
        let json = "{\(parts) \(template) \"added_tokens\": [\(added)], \(text.dropFirst())"
        return try Tokenizer(json: Array(json.utf8))
    }

    @Test("A continuing text's ids, put after a prompt's, decode to both joined", arguments: kinds.keys.sorted())
    func joined(kind: String) throws {
        let tokenizer = try Self.tokenizer(try #require(Self.kinds[kind]))
        for prompt in ["hi", "hi hi", "hi,", "o ", "</s>", "hi</s>"] {
            for response in ["hi", " hi", ", hi", "  hi", "", " ", "hi</s>"] {
                let first = tokenizer.encode(prompt, addSpecialTokens: false)
                let ids = first + tokenizer.encode(response, position: .continuing)
                expectSame(
                    tokenizer.decode(ids), tokenizer.decode(first) + response, "'\(prompt)' then '\(response)'")
            }
        }
    }

    @Test("A word that continues has no mark, and one after a space has", arguments: kinds.keys.sorted())
    func ids(kind: String) throws {
        let tokenizer = try Self.tokenizer(try #require(Self.kinds[kind]))
        #expect(tokenizer.encode("hi") == [10, 7])
        #expect(tokenizer.encode("hi", position: .continuing) == [6])
        #expect(tokenizer.encode(" hi", position: .continuing) == [7])
        #expect(tokenizer.encode(", hi", position: .continuing) == [3, 7])
        #expect(tokenizer.encode("hi") + tokenizer.encode(", hi", position: .continuing) == tokenizer.encode("hi, hi"))
    }

    @Test("A byte-level vocabulary with a prefix space leaves it out, and a stripped text keeps its first space")
    func byteLevel() throws {
        let prefixed = TokenizerTests.byteLevelPreTokenizer
            .replacingOccurrences(of: "space\": false", with: "space\": true")
        let strip = #""normalizer": {"type": "Strip", "strip_left": true, "strip_right": false}"#
        let tokenizer = try Tokenizer(
            json: byteTokenizerJSON([
                (TokenizerTests.byteLevelPreTokenizer, prefixed), ("\"normalizer\": null", strip),
            ]))
        #expect(tokenizer.encode(" a") == [32, 97])
        #expect(tokenizer.encode("a", position: .continuing) == [97])
        #expect(tokenizer.encode("  a", position: .continuing) == [32, 32, 97])
        #expect(tokenizer.encode("a<|im_end|>b", position: .continuing) == [97, 259, 32, 98])
    }
}
