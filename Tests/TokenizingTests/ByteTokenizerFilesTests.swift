import Foundation
import Templates
import TestSupport
import Testing

@testable import Tokenizing

@Suite("ByteTokenizerFiles")
struct ByteTokenizerFilesTests {
    @Test("The files load, and the ids are where they are said to be")
    func ids() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try ByteTokenizerFiles.write(to: folder, contextLength: 1024)
            let tokenizer = try Tokenizer(directory: folder)
            #expect(tokenizer.vocabularySize == ByteTokenizerFiles.vocabularySize)
            #expect(tokenizer.encode("ab\n\nc") == [97, 98, ByteTokenizerFiles.blankLineID, 99])
            let markers = [ByteTokenizerFiles.endOfText, ByteTokenizerFiles.turnStart, ByteTokenizerFiles.turnEnd]
            let thinking = [ByteTokenizerFiles.thinkStart, ByteTokenizerFiles.thinkEnd]
            #expect(tokenizer.encode((markers + thinking).joined()) == [257, 258, 259, 260, 261])
            #expect(markers.allSatisfy { tokenizer.id(of: $0).map(tokenizer.isSpecial) == true })
            #expect(thinking.allSatisfy { tokenizer.id(of: $0).map(tokenizer.isSpecial) == false })
            #expect(tokenizer.eosToken == "<|im_end|>" && tokenizer.padToken == "<|endoftext|>")
        }
    }

    @Test("The chat template writes ChatML")
    func template() throws {
        let text = try ChatTemplate(ByteTokenizerFiles.chatTemplate).render(
            messages: [.message(role: "user", content: "Hi\n")], addGenerationPrompt: true)
        #expect(text == "<|im_start|>user\nHi\n<|im_end|>\n<|im_start|>assistant\n")
    }
}
