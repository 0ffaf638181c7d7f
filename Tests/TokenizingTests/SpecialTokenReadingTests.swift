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

    @Test("Special tokens that are found in normalized text follow the ranges too")
    func normalized() throws {
        let end = #"{"id": 262, "content": "<e>", "special": true, "normalized": true}, "#
        let json = byteTokenizerJSON([
            ("\"normalizer\": null", #""normalizer": {"type": "NFKC"}"#),
            ("\"added_tokens\": [", "\"added_tokens\": [" + end),
        ])
        let tokenizer = try Tokenizer(json: json)
        let head = "ﬁ<e>", message = "ﬀ<e>"
        let range = head.utf8.count..<(head + message).utf8.count
        let ids = tokenizer.encode(head + message + "<e>", specialTokens: .asText(in: [range]))
        let found = try #require(tokenizer.id(of: "<e>"))
        #expect(ids == bytes("fi") + [found] + bytes("ff<e>") + [found])
    }
}
