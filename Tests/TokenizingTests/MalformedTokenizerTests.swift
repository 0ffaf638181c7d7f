import Foundation
import TestSupport
import Testing

@testable import Tokenizing

@Suite("Malformed tokenizers")
struct MalformedTokenizerTests {
    private func failure(_ json: [UInt8]) -> TokenizerError? {
        do {
            _ = try Tokenizer(json: json, file: "there/tokenizer.json")
            return nil
        } catch {
            return error as? TokenizerError
        }
    }

    private func failure(_ replacements: (String, String)...) -> TokenizerError? {
        failure(byteTokenizerJSON(replacements))
    }

    @Test("A file cut anywhere is refused as malformed")
    func truncated() throws {
        let json = byteTokenizerJSON()
        let end = json.count - 2  // The last two bytes are "}" and a line break.
        for length in Array(stride(from: 0, through: end, by: 37)) + Array(end - 40...end) {
            let found = failure(Array(json[..<length]))
            #expect(found?.code == .malformed, "cut at \(length): \(String(describing: found))")
        }
        #expect(failure(json) == nil)
    }

    @Test(
        "Unknown constructs are named, with their file",
        arguments: [
            ("\"normalizer\": null", #""normalizer": {"type": "Rot13"}"#, "normalizer 'Rot13'"),
            ("\"type\": \"BPE\"", #""type": "Unigram""#, "model 'Unigram'"),
            ("\"type\": \"BPE\"", #""type": "WordPiece""#, "model 'WordPiece'"),
            (
                "\"post_processor\": null", #""post_processor": {"type": "Sequence", "processors": [{"type": "X"}]}"#,
                "post-processor 'X'"
            ),
            (TokenizerTests.byteLevelPreTokenizer, #""pre_tokenizer": {"type": "Words"}"#, "pre-tokenizer 'Words'"),
            ("\"decoder\": {", #""decoder": {"type": "Fast"}, "other": {"#, "decoder 'Fast'"),
        ])
    func unknown(part: String, replacement: String, name: String) throws {
        let error = try #require(failure((part, replacement)))
        #expect(error.code == .unsupported)
        #expect(error.description.contains(name) && error.description.contains("there/tokenizer.json"), "\(error)")
    }

    @Test(
        "Wrong types and contradictions are refused with the place",
        arguments: [
            ("\"merges\": [", "\"merges\": [7, ", "model.merges[0]"),
            ("\"merges\": [", "\"merges\": [[\"a\"], ", "model.merges[0]"),
            ("\"merges\": [", "\"merges\": [[\"a\", \"zz\"], ", "'zz' is not in the vocabulary"),
            ("\"merges\": [", "\"merges\": [[\"a\", \"b\"], ", "'ab' is not in the vocabulary"),
            ("\"merges\": [", "\"merges\": [\"a b c\", ", "model.merges[0]"),
            ("\"a\": 97", "\"a\": \"97\"", "'a' maps to a string"),
            ("\"a\": 97", "\"a\": -1", "id -1"),
            ("\"a\": 97", "\"a\": 4000000000", "id 4000000000"),
            ("\"a\": 97", "\"a\": 99999999999999999999", "'a' maps to a number"),
            ("\"unk_token\": null", "\"unk_token\": 3", "model.unk_token must be a string"),
            ("\"added_tokens\": [", "\"added_tokens\": [null, ", "added_tokens[0]"),
            (
                "\"normalizer\": null", #""normalizer": {"type": "Replace", "pattern": {"Regex": "("}, "content": ""}"#,
                "regular expression"
            ),
            (
                "\"normalizer\": null",
                #""normalizer": {"type": "Replace", "pattern": {"Regex": "(?~a)"}, "content": ""}"#,
                "the absent operator"
            ),
            ("\"normalizer\": null", #""normalizer": {"type": "Precompiled", "precompiled_charsmap": "?"}"#, "Base64"),
            (
                "\"normalizer\": null", #""normalizer": {"type": "Precompiled", "precompiled_charsmap": "/////w=="}"#,
                "shorter than the trie"
            ),
            (
                TokenizerTests.byteLevelPreTokenizer, #""pre_tokenizer": {"type": "FixedLength", "length": 0}"#,
                "pre_tokenizer.length must be at least 1"
            ),
            (
                TokenizerTests.byteLevelPreTokenizer,
                #""pre_tokenizer": {"type": "CharDelimiterSplit", "delimiter": "ab"}"#,
                "pre_tokenizer.delimiter must be one character"
            ),
            (
                "\"post_processor\": null",
                #""post_processor": {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "B"}}]}"#,
                "asks for a second text"
            ),
            ("\"normalizer\": null", "\"normalizer\": 5", "normalizer must be an object"),
        ])
    func contradictions(part: String, replacement: String, message: String) throws {
        let error = try #require(failure((part, replacement)))
        #expect(error.description.contains(message), "\(error)")
    }

    @Test("Deep nesting is refused, not followed")
    func deepNesting() {
        for open in ["[", "{\"a\":"] {
            let error = failure(Array(String(repeating: open, count: 100_000).utf8))
            #expect(error?.message.contains("nested deeper") == true)
        }
        let sequences = String(repeating: #"{"type": "Sequence", "normalizers": ["#, count: 40)
        #expect(failure(("\"normalizer\": null", "\"normalizer\": \(sequences)"))?.code == .malformed)
    }

    @Test("Bytes that are not UTF-8 are refused")
    func invalidText() {
        #expect(failure([0x22, 0xFF, 0x22])?.message.contains("UTF-8") == true)
        #expect(failure([])?.code == .malformed)
    }

    @Test("A folder without a tokenizer is refused with the path")
    func missing() {
        let folder = URL(fileURLWithPath: "/nonexistent/policy")
        #expect { try Tokenizer(directory: folder) } throws: { error in
            (error as? TokenizerError)?.code == .unreadable && "\(error)".contains("/nonexistent/policy/tokenizer.json")
        }
    }
}
