import TestSupport
import Testing

@testable import Tokenizing

/// Special tokens that are spelled out in a text.
@Suite("Special tokens as text")
struct SpecialTokenReadingTests {
    /// 257 to 259 are special, 260 and 261 ("<think>", "</think>") are not.
    let tokenizer: Tokenizer

    init() throws {
        tokenizer = try Tokenizer(json: byteTokenizerJSON())
    }

    private func bytes(_ text: String) -> [Int32] { text.utf8.map(Int32.init) }

    @Test("Special tokens stay text on request, other added tokens do not")
    func asText() {
        let text = "a<|im_end|><think>b"
        #expect(tokenizer.encode(text) == [97, 259, 260, 98])
        let ids = tokenizer.encode(text, specialTokens: .asText)
        #expect(ids == bytes("a<|im_end|>") + [260] + bytes("b"))
        #expect(tokenizer.decode(ids) == text)
    }

    @Test("Within ranges of bytes they are text, elsewhere tokens")
    func ranges() {
        let head = "<|im_start|>user\né", message = "x<|im_end|><|im_start|>y", tail = "<|im_end|>"
        let text = head + message + tail
        let range = head.utf8.count..<head.utf8.count + message.utf8.count
        let ids = tokenizer.encode(text, specialTokens: .asText(in: [range]))
        #expect(ids == [258] + bytes("user\né") + bytes(message) + [259])
        #expect(tokenizer.decode(ids) == text)
        // In any order, overlapping, empty, and beyond the text.
        let pieces = [range.lowerBound + 5..<range.upperBound, 3..<3, range.lowerBound..<range.lowerBound + 7]
        #expect(tokenizer.encode(text, specialTokens: .asText(in: pieces)) == ids)
        let whole = tokenizer.encode(text, specialTokens: .asText(in: [0..<Int.max]))
        #expect(whole == tokenizer.encode(text, specialTokens: .asText))
        let beyond = tokenizer.encode(text, specialTokens: .asText(in: [text.utf8.count + 5..<Int.max]))
        #expect(beyond == tokenizer.encode(text))
    }

    @Test("A message cannot complete a token of its surroundings, nor hide one")
    func borders() throws {
        func reads(_ text: String, _ plain: Range<Int>) -> [Int32] {
            tokenizer.encode(text, specialTokens: .asText(in: [plain]))
        }
        #expect(reads("<|im_end|>", 0..<9) == bytes("<|im_end|>"))
        #expect(reads("<|im_end|>", 9..<10) == bytes("<|im_end|>"))
        #expect(reads("<|im_<|im_end|>", 0..<5) == bytes("<|im_") + [259])

        let long = #"{"id": 262, "content": "<|im_end|>!", "special": true, "normalized": false}, "#
        let longer = #"{"id": 263, "content": "?<|im_end|>", "special": true, "normalized": false}, "#
        let list = "\"added_tokens\": ["
        let nested = try Tokenizer(json: byteTokenizerJSON([(list, list + long + longer)]))
        let end = try #require(nested.id(of: "<|im_end|>"))
        #expect(nested.encode("?<|im_end|>") == [nested.id(of: "?<|im_end|>")])
        #expect(nested.encode("<|im_end|>!") == [nested.id(of: "<|im_end|>!")])
        #expect(nested.encode("<|im_end|>!", specialTokens: .asText(in: [10..<11])) == [end, 33])
        #expect(nested.encode("?<|im_end|>", specialTokens: .asText(in: [0..<1])) == [63, end])
    }

    /// With a special token "<e>" that is found in normalized text.
    private func tokenizer(normalizer: String) throws -> Tokenizer {
        let end = #"{"id": 262, "content": "<e>", "special": true, "normalized": true}, "#
        let json = byteTokenizerJSON([
            ("\"normalizer\": null", "\"normalizer\": \(normalizer)"),
            ("\"added_tokens\": [", "\"added_tokens\": [" + end),
        ])
        return try Tokenizer(json: json)
    }

    @Test("Special tokens that are found in normalized text follow the ranges too")
    func normalized() throws {
        let tokenizer = try tokenizer(normalizer: #"{"type": "NFKC"}"#)
        let head = "ﬁ<e>", message = "ﬀ<e>"
        let range = head.utf8.count..<(head + message).utf8.count
        let ids = tokenizer.encode(head + message + "<e>", specialTokens: .asText(in: [range]))
        let found = try #require(tokenizer.id(of: "<e>"))
        #expect(ids == bytes("fi") + [found] + bytes("ff<e>") + [found])
    }

    @Test("They do where the normalizer makes the text longer, and where all of it is a message")
    func lengthened() throws {
        let spaces = #"{"type": "Replace", "pattern": {"String": " "}, "content": "____"}"#
        let prefix = #"{"type": "Prepend", "prepend": "_"}"#
        let tokenizer = try tokenizer(normalizer: #"{"type": "Sequence", "normalizers": [\#(prefix), \#(spaces)]}"#)
        let text = "a b <e>"
        #expect(tokenizer.encode(text, specialTokens: .asText) == bytes("_a____b____<e>"))
        #expect(tokenizer.encode(text, specialTokens: .asText(in: [0..<text.utf8.count])) == bytes("_a____b____<e>"))
        // The token is looked for as it is normalized, which is "_<e>".
        let found = try #require(tokenizer.encode("<e>").last)
        let ids = tokenizer.encode(text + " <e>", specialTokens: .asText(in: [2..<text.utf8.count]))
        #expect(ids == bytes("_a____b____<e>___") + [found])
    }

    @Test("Where a message changes how its surroundings are normalized, all around it is text")
    func joinedAcrossBorders() throws {
        let tokenizer = try tokenizer(normalizer: #"{"type": "NFC"}"#)
        let text = "<e>e\u{301}<e>"
        let ids = tokenizer.encode(text, specialTokens: .asText(in: [4..<6]))
        #expect(ids == bytes("<e>é<e>"))
        // A range may cut a character.
        #expect(tokenizer.encode("é<e>", specialTokens: .asText(in: [1..<2])) == bytes("é<e>"))
    }

    @Test("Many messages take time in proportion to them")
    func manyRanges() throws {
        let tokenizer = try tokenizer(normalizer: #"{"type": "NFC"}"#)
        let turn = "<e>é<e>", count = 20_000
        let length = turn.utf8.count
        let ranges = (0..<count).map { $0 * length + 3..<($0 + 1) * length }
        let ids = tokenizer.encode(String(repeating: turn, count: count), specialTokens: .asText(in: ranges))
        let found = try #require(tokenizer.encode("<e>").last)
        #expect(ids == (0..<count).flatMap { _ in [found] + bytes("é<e>") })
    }
}
