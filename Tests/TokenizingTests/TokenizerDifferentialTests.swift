import Foundation
import Templates
import TestSupport
import Testing

@testable import Tokenizing

/// Random tokenizers with what the reference implementation makes of random texts.
///
/// Tests/Differential/random_tokenizers.py writes more; `ATTNRL_TOKENIZER_CASES` names a file of them to check.
@Suite("Random tokenizers against the reference implementation")
struct TokenizerDifferentialTests {
    /// Null where the reference implementation fails, or is not followed: random_tokenizers.py says where, and why.
    struct Item: Decodable {
        var text: String
        var ids: [Int32]?
        /// Without special tokens around.
        var bare: [Int32]?
        /// Without, and with special tokens in the text as text.
        var plain: [Int32]?
        var tokens: [Int32]
        var decoded: String?
        var skipped: String?
    }

    struct Case: Decodable { var cases: [Item] }

    @Test("Ids and decoded texts are the reference's")
    func recorded() throws {
        #expect(try check(Fixtures.url("tokenizing/random.jsonl")) >= 200)
    }

    @Test("So are those of files that were once read otherwise")
    func found() throws {
        #expect(try check(Fixtures.url("tokenizing/found.jsonl")) >= 40)
    }

    @Test(
        "So they are in a file of one's own",
        .enabled(if: ProcessInfo.processInfo.environment["ATTNRL_TOKENIZER_CASES"] != nil, "names no file"))
    func live() throws {
        let path = try #require(ProcessInfo.processInfo.environment["ATTNRL_TOKENIZER_CASES"])
        print("checked \(try check(URL(fileURLWithPath: path))) tokenizers")
    }

    private func check(_ url: URL) throws -> Int {
        let lines = try Data(contentsOf: url).split(separator: UInt8(ascii: "\n"))
        for (index, line) in lines.enumerated() {
            guard case .object(let object) = try TemplateValue(json: Array(line)), let file = object["tokenizer"] else {
                Issue.record("line \(index + 1) has another shape")
                continue
            }
            let json = Array(file.json(indent: 1).utf8)
            let tokenizer: Tokenizer
            do {
                tokenizer = try Tokenizer(json: json)
            } catch {
                // A post-processor that fails for every text, with special tokens or without, is refused at once.
                let cases = try JSONDecoder().decode(Case.self, from: line).cases
                let fails = cases.allSatisfy { $0.ids == nil } || cases.allSatisfy { $0.bare == nil }
                #expect(fails, "line \(index + 1): \(error)")
                continue
            }
            for item in try JSONDecoder().decode(Case.self, from: line).cases { check(tokenizer, item, index + 1) }
        }
        return lines.count
    }

    private func check(_ tokenizer: Tokenizer, _ item: Item, _ line: Int) {
        let place = "line \(line), \(item.text.debugDescription)"
        // What the reference implementation cannot do is tried all the same: it must not stop the program.
        func expect(_ ids: [Int32]?, _ what: String, _ found: [Int32]) {
            if let ids { #expect(found == ids, "\(what), \(place)") }
        }
        expect(item.ids, "ids", tokenizer.encode(item.text))
        let bare = tokenizer.encode(item.text, addSpecialTokens: false)
        expect(item.bare, "ids without special tokens", bare)
        let plain = tokenizer.encode(item.text, addSpecialTokens: false, specialTokens: .asText)
        expect(item.plain, "ids of special tokens as text", plain)
        let texts = [(item.decoded, false), (item.skipped, true)]
        for (expected, skips) in texts {
            let found = tokenizer.decode(item.tokens, skipSpecialTokens: skips)
            if let expected { #expect(Array(found.utf8) == Array(expected.utf8), "text of \(item.tokens), \(place)") }
        }
    }
}
