import Foundation

@testable import Templates
@testable import Tokenizing

/// A tokenizer that loads must decode whole and piece by piece to the same text.
func fuzzTokenizer(_ input: [UInt8]) {
    guard let tokenizer = try? Tokenizer(json: input) else { return }
    checkPieces(tokenizer, tokenizer.encode("Hello <s> wörld\n\n12 日本 ab abab"))
    checkPieces(tokenizer, Array(0..<Int32(min(tokenizer.vocabularySize, 400))))
}

private func checkPieces(_ tokenizer: Tokenizer, _ ids: [Int32]) {
    var detokenizer = tokenizer.makeDetokenizer()
    let pieces = ids.map { detokenizer.append($0) }.joined() + detokenizer.finish()
    precondition(pieces.utf8.elementsEqual(tokenizer.decode(ids).utf8), "\(ids) decode to \(pieces) piece by piece")
}

private let byteTokenizer: Tokenizer = {
    guard let tokenizer = try? Tokenizer(json: Array(ByteTokenizerFiles.tokenizerJSON().utf8)) else {
        fatalError("the byte tokenizer does not load")
    }
    return tokenizer
}()

/// The byte tokenizer loses nothing of any text.
func fuzzText(_ input: [UInt8]) {
    let text = String(decoding: input, as: UTF8.self)
    let ids = byteTokenizer.encode(text, addSpecialTokens: false)
    precondition(byteTokenizer.decode(ids).utf8.elementsEqual(text.utf8), "\(ids) do not decode to \(text)")
    checkPieces(byteTokenizer, ids)
}

private let messages: [TemplateObject] = [
    .message(role: "user", content: "Hi"), .message(role: "assistant", content: "a\n<think>b</think>"),
]

/// A template must give a text or an error.
func fuzzTemplate(_ input: [UInt8]) {
    guard let template = try? ChatTemplate(String(decoding: input, as: UTF8.self)) else { return }
    // Far less than a conversation may take, so that many inputs fit into a second; the work still has to stop by itself.
    _ = try? template.render(
        messages: messages, addGenerationPrompt: true,
        variables: ["bos_token": "<s>", "tools": [["type": "x", "n": [1, 2.5]]]], steps: 5_000,
        now: Date(timeIntervalSince1970: 0))
}
