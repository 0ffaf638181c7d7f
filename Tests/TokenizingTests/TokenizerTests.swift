import Basics
import Foundation
import TestSupport
import Testing

@testable import Tokenizing

@Suite("Tokenizer")
struct TokenizerTests {
    let bytes: Tokenizer

    init() throws {
        bytes = try Tokenizer(json: byteTokenizerJSON())
    }

    @Test("Tokens are found by name, and their bytes are those of the text")
    func tokens() throws {
        #expect(bytes.id(of: "Ġ") == 32)
        #expect(bytes.id(of: "<think>") == 260)
        #expect(bytes.id(of: "nothing") == nil)
        #expect(bytes.token(of: 32) == "Ġ")
        #expect(bytes.token(of: 9999) == nil)
        #expect(bytes.bytes(of: 32) == [0x20])
        #expect(bytes.bytes(of: 0xE2) == [0xE2])
        #expect(bytes.bytes(of: 260) == Array("<think>".utf8))
        #expect(bytes.bytes(of: -1).isEmpty && bytes.bytes(of: .max).isEmpty)
        #expect(bytes.texts.count == bytes.vocabularySize)
        #expect(bytes.isSpecial(257) && !bytes.isSpecial(260) && !bytes.isSpecial(-1) && !bytes.isSpecial(.max))
    }

    @Test("SentencePiece-style tokens show their space and byte tokens their byte")
    func characterTokens() throws {
        let decoder = """
            {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
            {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
            """
        let tokenizer = try Tokenizer(
            json: characterTokenizerJSON(["▁", "a", "▁a", "<0x0A>", "<0x0a>"], decoder: decoder))
        #expect(tokenizer.bytes(of: 2) == Array(" a".utf8))
        #expect(tokenizer.bytes(of: 3) == [10])
        #expect(tokenizer.bytes(of: 4) == [10])
    }

    @Test("Canonically equivalent tokens are different tokens")
    func canonicalEquivalents() throws {
        let tokenizer = try Tokenizer(json: characterTokenizerJSON(["e", "\u{301}", "\u{E9}", "e\u{301}"]))
        #expect(tokenizer.id(of: "\u{E9}") == 2)
        #expect(tokenizer.id(of: "e\u{301}") == 3)
        #expect(tokenizer.encode("\u{E9}e\u{301}") == [2, 0, 1])
    }

    @Test("A byte tokenizer returns any text unchanged", arguments: 0..<20)
    func roundTrip(seed: UInt64) {
        var random = SplitMix(state: seed)
        var text = ""
        for _ in 0..<200 {
            guard
                let scalar = Unicode.Scalar(
                    UInt32.random(in: 0..<0x11_0000 >> Int.random(in: 0..<14, using: &random), using: &random))
            else { continue }
            text.unicodeScalars.append(scalar)
        }
        expectSame(bytes.decode(bytes.encode(text)), text, "seed \(seed)")
    }

    @Test(
        "Long runs of one character are merged from the left, as short ones are", arguments: [3, 47, 48, 49, 50, 501])
    func longRuns(count: Int) {
        let ids = bytes.encode(String(repeating: "\n", count: count))
        let expected = Array(repeating: ByteTokenizerFiles.blankLineID, count: count / 2) + (count % 2 == 1 ? [10] : [])
        #expect(ids == expected)
    }

    @Test("Scanning and the queue give the same tokens for random merges", arguments: 0..<10)
    func queueAgreesWithScanning(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        var tokens = ["a", "b", "c"]
        var merges: [[String]] = []
        while tokens.count < 40 {
            guard let left = tokens.randomElement(using: &random), let right = tokens.randomElement(using: &random),
                !tokens.contains(left + right), left.count + right.count <= 8
            else { continue }
            merges.append([left, right])
            tokens.append(left + right)
        }
        let tokenizer = try Tokenizer(json: characterTokenizerJSON(tokens, merges: merges))
        for length in [1, 5, 20, 48, 49, 200] {
            let text = String((0..<length).map { _ in "abc".randomElement(using: &random) ?? "a" })
            #expect(tokenizer.encode(text) == Self.mergeSlowly(text, tokens, merges), "seed \(seed), length \(length)")
        }
    }

    /// Byte-pair encoding as it is defined: apply the first merge of the list that applies anywhere, leftmost first.
    private static func mergeSlowly(_ text: String, _ tokens: [String], _ merges: [[String]]) -> [Int32] {
        var symbols = text.map(String.init)
        while true {
            var best: (rank: Int, index: Int)?
            for index in symbols.indices.dropLast() {
                let pair = [symbols[index], symbols[index + 1]]
                guard let rank = merges.firstIndex(of: pair), rank < best?.rank ?? .max else { continue }
                best = (rank, index)
            }
            guard let best else { return symbols.map { Int32(tokens.firstIndex(of: $0) ?? -1) } }
            symbols.replaceSubrange(best.index...best.index + 1, with: [symbols[best.index] + symbols[best.index + 1]])
        }
    }

    /// Quadratic work would take 64 times as long for 8 times the text.
    ///
    /// The bound leaves room for a busy machine.
    @Test(
        "Encoding a long run costs little more than proportional time",
        arguments: ["\n", " ", "a", "e\u{301}\u{323}", "\u{301}\u{323}", "\u{0F73}\u{0F72}"])
    func longRunsAreNotQuadratic(unit: String) throws {
        let json = byteTokenizerJSON([("\"normalizer\": null", "\"normalizer\": {\"type\": \"NFC\"}")])
        let tokenizer = try Tokenizer(json: json)
        func seconds(_ count: Int) -> Double {
            let text = "x" + String(repeating: unit, count: count)
            return (0..<2).map { _ in threadSeconds { _ = tokenizer.encode(text) } }.min() ?? 0
        }
        let small = seconds(8_000), large = seconds(64_000)
        #expect(large < 30 * max(small, 0.002), "\(small) s and \(large) s")
    }

    /// Processor time of this thread, which other tests do not add to.
    private func threadSeconds(_ body: () -> Void) -> Double {
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        let start = now()
        body()
        return now() - start
    }

    @Test("Normalizing in stretches gives what normalizing at once gives")
    func stretches() throws {
        let json = byteTokenizerJSON([("\"normalizer\": null", "\"normalizer\": {\"type\": \"NFC\"}")])
        let tokenizer = try Tokenizer(json: json)
        for unit in ["e\u{301}\u{323}", "\u{1100}\u{1161}\u{11A8}", "か\u{3099}", "\u{9C7}\u{9BE}", "x"] {
            let text = String(repeating: unit, count: 3000)
            let whole = text.precomposedStringWithCanonicalMapping
            expectSame(tokenizer.decode(tokenizer.encode(text)), whole, "\(unit.debugDescription)")
        }
    }

    @Test("Parts of Tibetan vowels are ordered among the marks before them")
    func tibetanVowels() throws {
        for (form, expected) in [("NFD", "n\u{F71}\u{F72}\u{303}"), ("NFC", "ñ\u{F71}\u{F72}")] {
            let json = byteTokenizerJSON([("\"normalizer\": null", "\"normalizer\": {\"type\": \"\(form)\"}")])
            let tokenizer = try Tokenizer(json: json)
            expectSame(tokenizer.decode(tokenizer.encode("n\u{303}\u{F73}")), expected, "\(form)")
        }
    }

    @Test("A pattern that needs much stack is interpreted instead of giving up")
    func deepPattern() throws {
        let split = #"""
            {"type": "Sequence", "pretokenizers": [
              {"type": "Split", "pattern": {"Regex": "(?:(?:a|b)(?:c|d)?)+|\\s"}, "behavior": "Isolated",
               "invert": false},
              {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]}
            """#
        let json = byteTokenizerJSON([(Self.byteLevelPreTokenizer, "\"pre_tokenizer\": \(split)")])
        let tokenizer = try Tokenizer(json: json)
        let text = String(repeating: "ab ", count: 10) + String(repeating: "acb", count: 100_000)
        expectSame(tokenizer.decode(tokenizer.encode(text)), text, "the long text")
    }

    static let byteLevelPreTokenizer = """
        "pre_tokenizer": {
            "type": "ByteLevel",
            "add_prefix_space": false,
            "trim_offsets": false,
            "use_regex": false
          }
        """

    @Test("Special tokens are added only when asked for")
    func specialTokens() throws {
        let template = #"""
            "post_processor": {"type": "TemplateProcessing", "single": [
              {"SpecialToken": {"id": "<|im_start|>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
              {"SpecialToken": {"id": "<|im_end|>", "type_id": 0}}], "pair": [], "special_tokens": {
              "<|im_start|>": {"id": "<|im_start|>", "ids": [258], "tokens": []},
              "<|im_end|>": {"id": "<|im_end|>", "ids": [259], "tokens": []}}}
            """#
        let tokenizer = try Tokenizer(json: byteTokenizerJSON([("\"post_processor\": null", template)]))
        #expect(tokenizer.encode("a") == [258, 97, 259])
        #expect(tokenizer.encode("a", addSpecialTokens: false) == [97])
        #expect(tokenizer.encode("") == [258, 259])
        #expect(tokenizer.prefixTokens == [258] && tokenizer.suffixTokens == [259])
        #expect(tokenizer.encode("a", position: .continuing) == [97, 259])
        #expect(tokenizer.decode([258, 97, 259], skipSpecialTokens: true) == "a")
    }

    @Test("The configuration is read from both files, names alone or as objects, and the template file wins")
    func configuration() async throws {
        let json = """
            {"bos_token": {"content": "<b>", "lstrip": false}, "eos_token": "<e>", "pad_token": null,
             "chat_template": [{"name": "tool_use", "template": "T"}, {"name": "default", "template": "D"}],
             "add_bos_token": true}
            """
        let configuration = try TokenizerConfiguration(json: Array(json.utf8))
        var expected = TokenizerConfiguration(bosToken: "<b>", eosToken: "<e>", chatTemplate: "D")
        expected.addsBeginning = true
        #expect(configuration == expected)
        #expect(throws: TokenizerError.self) { try TokenizerConfiguration(json: Array(#"{"bos_token": 1}"#.utf8)) }

        try await Fixtures.withTemporaryFolder { folder in
            try ByteTokenizerFiles.write(to: folder, contextLength: 512)
            #expect(try Tokenizer(directory: folder).chatTemplate == ByteTokenizerFiles.chatTemplate)
            try Data("FILE".utf8).write(to: folder.appendingPathComponent("chat_template.jinja"))
            #expect(try Tokenizer(directory: folder).chatTemplate == "FILE")
        }
    }

    /// The vocabulary's id counts, then numbers from its count on; what a file says of the rest is noted.
    @Test("Added tokens are numbered as in tokenizers, empty ones left out, and doubles have one id")
    func addedTokens() throws {
        func token(_ id: Int, _ content: String, _ flags: String = "") -> String {
            "{\"id\": \(id), \"content\": \(quoted(content)), \"normalized\": false\(flags)}"
        }
        let added = [
            token(7, "a"), token(50, "X"), token(60, "X", ", \"special\": true"), token(2_147_483_648, "Y"),
            token(9, ""),
        ]
        let text = String(decoding: try characterTokenizerJSON(["a", "b", "c"]), as: UTF8.self)
        let json = text.replacingOccurrences(
            of: "\"added_tokens\": []", with: "\"added_tokens\": [\(added.joined(separator: ", "))]")
        let tokenizer = try Tokenizer(json: Array(json.utf8))
        #expect(tokenizer.encode("aXbYc") == [0, 3, 1, 4, 2])
        #expect(tokenizer.isSpecial(3) && !tokenizer.isSpecial(0) && tokenizer.vocabularySize == 5)
        #expect(tokenizer.notes.count == 4 && tokenizer.notes[0].contains("'a' is listed with id 7 and has id 0"))
    }

    @Test("Dropout and an unknown token that is not there are noted, and the file is used without them")
    func notes() throws {
        let options = "\"dropout\": 0.5, \"unk_token\": \"<unk>\","
        let tokenizer = try Tokenizer(
            json: characterTokenizerJSON(["a", "b", "ab", ""], merges: [["a", "b"]], options: options))
        #expect(tokenizer.encode("ab?ab") == [2, 2])
        #expect(tokenizer.decode([2, 3, 0]) == "ab  a")
        #expect(tokenizer.notes.contains { $0.contains("dropout") })
        #expect(tokenizer.notes.contains { $0.contains("unk_token '<unk>'") })
    }

    @Test("An id that two tokens of the model share names the first, and of a token listed twice the last id counts")
    func sharedIDs() throws {
        let json = #"{"model": {"vocab": {"a": 0, "b": 0, "c": 1, "c": 2}, "merges": []}}"#
        let tokenizer = try Tokenizer(json: Array(json.utf8))
        #expect(tokenizer.encode("abc") == [0, 0, 2])
        #expect(tokenizer.token(of: 0) == "a" && tokenizer.token(of: 1) == nil && tokenizer.token(of: 2) == "c")
    }

    /// The pattern needs time beyond all bounds on this text.
    @Test("A text on which a pattern would take for ever is encoded in one piece")
    func endlessPattern() throws {
        let split = """
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
              {"type": "Split", "pattern": {"Regex": "(?:a+a+)+(?:.*.*)*[xy]"}, "behavior": "Isolated"},
              {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]}
            """
        let json = byteTokenizerJSON([(Self.byteLevelPreTokenizer, split)])
        let text = String(repeating: "a", count: 3000)
        #expect(try Tokenizer(json: json).encode(text).count == 3000)
    }

    @Test("A normalizer cannot make a text grow without bounds")
    func growth() throws {
        let content = String(repeating: "a", count: 3000)
        let grow = #"{"type": "Replace", "pattern": {"String": "a"}, "content": "\#(content)"}"#
        let all = Array(repeating: grow, count: 9).joined(separator: ", ")
        let normalizer = "\"normalizer\": {\"type\": \"Sequence\", \"normalizers\": [\(all)]}"
        #expect(try Tokenizer(json: byteTokenizerJSON([("\"normalizer\": null", normalizer)])).encode("a") == [97])
    }
}
