import Foundation
import Templates
import TestSupport
import Testing

@testable import Tokenizing

/// A text with what the reference implementation makes of it.
struct TokenizerCase: Decodable, Sendable {
    var text: String
    var ids: [Int32]
    var decoded: String?
    var skipped: String?
}

func readFixture<T: Decodable>(_ type: T.Type, _ url: URL) throws -> T {
    try JSONDecoder().decode(type, from: Data(contentsOf: url))
}

func check(_ tokenizer: Tokenizer, _ item: TokenizerCase) {
    let ids = tokenizer.encode(item.text)
    #expect(ids == item.ids, "ids of \(item.text.debugDescription)")
    if let decoded = item.decoded { expectSame(tokenizer.decode(item.ids), decoded) }
    if let skipped = item.skipped { expectSame(tokenizer.decode(item.ids, skipSpecialTokens: true), skipped) }
}

/// The smallest tokenizer.json of bytes, with parts to replace.
func byteTokenizerJSON(_ replacements: [(String, String)] = []) -> [UInt8] {
    var text = ByteTokenizerFiles.tokenizerJSON()
    for (part, replacement) in replacements {
        precondition(text.contains(part), "the tokenizer has no \(part)")
        text = text.replacingOccurrences(of: part, with: replacement)
    }
    return Array(text.utf8)
}

/// A tokenizer.json of characters, with a vocabulary in the order of its ids.
func characterTokenizerJSON(
    _ tokens: [String], merges: [[String]] = [], decoder: String = "null", options: String = ""
) throws -> [UInt8] {
    let vocabulary = tokens.enumerated().map { "\(quoted($1)): \($0)" }.joined(separator: ", ")
    let pairs = merges.map { "[\($0.map(quoted).joined(separator: ", "))]" }.joined(separator: ", ")
    let model = "{\"type\": \"BPE\", \(options) \"vocab\": {\(vocabulary)}, \"merges\": [\(pairs)]}"
    return Array("{\"added_tokens\": [], \"decoder\": \(decoder), \"model\": \(model)}".utf8)
}

func quoted(_ text: String) -> String {
    TemplateValue.string(text).json(indent: 0)
}
