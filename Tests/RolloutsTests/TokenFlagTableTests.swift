import Basics
import Influence
import Testing
import Tokenizing

@testable import Rollouts

@Suite("Flags of tokens")
struct TokenFlagTableTests {
    @Test("Line breaks and blank lines inside tokens are known by id, and the end of thinking by what comes before")
    func flags() throws {
        let tokenizer = try Tokenizer(json: Array(ByteTokenizerFiles.tokenizerJSON().utf8))
        let table = TokenFlagTable(texts: tokenizer.texts)
        func tokens(with flag: TokenFlags) -> [Int32] {
            (0..<Int32(tokenizer.texts.count)).filter { id in
                var thinking = ThinkingEndMatcher()
                return table.flags(of: id, thinking: &thinking).contains(flag)
            }
        }
        #expect(tokens(with: .newline) == [10, ByteTokenizerFiles.blankLineID])
        #expect(tokens(with: .blankLine) == [ByteTokenizerFiles.blankLineID])
        var thinking = ThinkingEndMatcher()
        #expect(table.flags(of: -1, thinking: &thinking) == [] && table.flags(of: .max, thinking: &thinking) == [])
        let ids = tokenizer.encode("a</think>\n", addSpecialTokens: false)
        let flags = ids.map { table.flags(of: $0, thinking: &thinking) }
        #expect(flags.last == .newline && flags.dropLast().last == .thinkingEnd)
        #expect(flags.dropLast(2).allSatisfy { $0.isEmpty })
    }
}
