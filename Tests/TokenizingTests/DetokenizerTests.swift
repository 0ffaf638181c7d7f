import Basics
import Foundation
import Templates
import TestSupport
import Testing

@testable import Tokenizing

@Suite("Detokenizer")
struct DetokenizerTests {
    /// Pieces of text as tokens arrive, the last from the end.
    private func pieces(_ tokenizer: Tokenizer, _ ids: [Int32], skip: Bool = false) -> [String] {
        var detokenizer = tokenizer.makeDetokenizer(skipSpecialTokens: skip)
        return ids.map { detokenizer.append($0) } + [detokenizer.finish()]
    }

    @Test("Characters appear whole, when their last byte arrives")
    func wholeCharacters() throws {
        let tokenizer = try Tokenizer(json: byteTokenizerJSON())
        let ids = Array("aé日😀b".utf8).map(Int32.init)
        #expect(pieces(tokenizer, ids) == ["a", "", "é", "", "", "日", "", "", "", "😀", "b", ""])
    }

    @Test(
        "Bytes that cannot become a character are replaced as soon as that is certain",
        arguments: [
            ([0xFF, 0x61], ["\u{FFFD}", "a", ""]),
            ([0xE6, 0x97, 0x61], ["", "", "\u{FFFD}a", ""]),
            ([0xE6, 0x97], ["", "", "\u{FFFD}"]),
            ([0xE0, 0x80], ["", "\u{FFFD}\u{FFFD}", ""]),
            ([0xED, 0xA0, 0x80], ["", "\u{FFFD}\u{FFFD}", "\u{FFFD}", ""]),
            ([0xF4, 0x90], ["", "\u{FFFD}\u{FFFD}", ""]),
            ([0xF0, 0x9F, 0xF0, 0x9F, 0x98, 0x80], ["", "", "\u{FFFD}", "", "", "😀", ""]),
            ([0x80, 0x80], ["\u{FFFD}", "\u{FFFD}", ""]),
        ] as [([Int32], [String])])
    func invalidBytes(bytes: [Int32], expected: [String]) throws {
        let tokenizer = try Tokenizer(json: byteTokenizerJSON())
        #expect(pieces(tokenizer, bytes) == expected)
    }

    @Test("Pieces put together are the decoded text, for random tokens of every kind of tokenizer", arguments: 0..<6)
    func piecesAddUp(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let url = Fixtures.url("tokenizing/pipelines.json")
        let list = try #require(try TemplateValue(json: Array(Data(contentsOf: url))).asList)
        for value in list {
            guard case .object(let object) = value, let file = object["tokenizer"] else { continue }
            let tokenizer = try Tokenizer(json: Array(file.json(indent: 0).utf8))
            let ids = (0..<60).map { _ in Int32.random(in: -1...Int32(tokenizer.vocabularySize), using: &random) }
            for skip in [false, true] {
                let pieces = pieces(tokenizer, ids, skip: skip)
                expectSame(pieces.joined(), tokenizer.decode(ids, skipSpecialTokens: skip), "seed \(seed)")
                expectHonestReplacements(tokenizer, ids, pieces)
            }
        }
    }

    /// No piece may show U+FFFD for bytes that later became a character: valid text has none at all.
    private func expectHonestReplacements(_ tokenizer: Tokenizer, _ ids: [Int32], _ pieces: [String]) {
        let bytes = ids.flatMap { tokenizer.bytes(of: $0) }
        guard String(validating: bytes, as: UTF8.self) != nil else { return }
        #expect(!pieces.joined().unicodeScalars.contains("\u{FFFD}"))
    }

    private static let decoder = """
        {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
        {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 2}]}
        """

    @Test("Spaces are stripped from the ends of the whole text only")
    func strips() throws {
        let tokenizer = try Tokenizer(json: characterTokenizerJSON(["▁", "▁a", "b"], decoder: Self.decoder))
        #expect(pieces(tokenizer, [1, 0, 1, 0, 0, 0]) == ["a", "", "  a", "", "", " ", ""])
        #expect(tokenizer.decode([0, 1]) == " a")
        #expect(tokenizer.decode([0, 0, 0, 0]) == " ")
        #expect(tokenizer.decode([] as [Int32]) == "")
    }

    /// Expected texts are the reference implementation's.
    @Test(
        "Nothing is replaced in a text that is empty, and what CTC drops is no text",
        arguments: [
            ([replaceNone], ["", "yay", "yayyby", ""]),
            ([fuse, replaceNone], ["", "yay", "yayby", ""]),
            ([fuse, ctc("a", "|"), replaceNone], ["", "", "yby", ""]),
            ([fuse, ctc("a", "|"), ctc("", "")], ["", "", " b ", ""]),
            ([fuse, ctc("a", "|"), fuse, ctc("", "")], [" ", " ", " b ", " "]),
        ])
    func emptyTexts(decoders: [String], expected: [String]) throws {
        let decoder = "{\"type\": \"Sequence\", \"decoders\": [\(decoders.joined(separator: ", "))]}"
        let tokenizer = try Tokenizer(json: characterTokenizerJSON(["a", "b", ""], decoder: decoder))
        #expect([[], [0], [0, 2, 1], [2]].map { tokenizer.decode($0 as [Int32]) } == expected)
    }

    private static let fuse = #"{"type": "Fuse"}"#
    private static let replaceNone = #"{"type": "Replace", "pattern": {"Regex": "x*"}, "content": "y"}"#

    private static func ctc(_ padding: String, _ delimiter: String) -> String {
        "{\"type\": \"CTC\", \"pad_token\": \"\(padding)\", \"word_delimiter_token\": \"\(delimiter)\", \"cleanup\": true}"
    }

    @Test("An added token that is written normalized is so at the beginning too")
    func normalizedFirstToken() throws {
        let json = """
            {"added_tokens": [{"id": 1, "content": "É", "normalized": true}], "normalizer": {"type": "Lowercase"},
             "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"},
             "model": {"type": "BPE", "vocab": {"▁a": 0}, "merges": []}}
            """
        let tokenizer = try Tokenizer(json: Array(json.utf8))
        #expect(tokenizer.decode([1, 0]) == "é a")
        #expect(tokenizer.decode([0, 1]) == "aé")
    }

    @Test("A run of byte tokens is text as a whole or not at all")
    func fallbackRuns() throws {
        let tokens = ["a", "<0xC3>", "<0xA9>", "<0xFF>"]
        let tokenizer = try Tokenizer(json: characterTokenizerJSON(tokens, decoder: Self.decoder))
        #expect(pieces(tokenizer, [1, 2, 0]) == ["", "", "éa", ""])
        #expect(pieces(tokenizer, [1, 2, 3, 0]) == ["", "", "", "\u{FFFD}\u{FFFD}\u{FFFD}a", ""])
        #expect(pieces(tokenizer, [1]) == ["", "\u{FFFD}"])
    }
}
