import Testing

@testable import Matching

@Suite("RegularExpression")
struct RegularExpressionTests {
    @Test("The last match gives its groups, nil for those that took no part")
    func captures() throws {
        let expression = try RegularExpression("(a)|(b)(c)?")
        #expect(expression.groupCount == 3)
        #expect(expression.lastMatch(in: "xaxbc", limit: 1000) == .match(["bc", nil, "b", "c"]))
        #expect(expression.lastMatch(in: "bca", limit: 1000) == .match(["a", "a", nil, nil]))
        #expect(expression.lastMatch(in: "xyz", limit: 1000) == .noMatch)
        #expect(expression.lastMatch(in: "", limit: 1000) == .noMatch)
    }

    @Test("Empty matches move on by whole characters")
    func emptyMatches() throws {
        #expect(try RegularExpression("(x*)").lastMatch(in: "é🙂", limit: 1000) == .match(["", ""]))
        #expect(try RegularExpression("(?=(🙂))").lastMatch(in: "é🙂🙂é", limit: 1000) == .match(["", "🙂"]))
    }

    @Test("A search that takes more steps than allowed is given up")
    func limit() throws {
        let expression = try RegularExpression("(a+)+$")
        let text = String(repeating: "a", count: 40) + "b"
        #expect(expression.lastMatch(in: text, limit: 10_000) == .overLimit)
    }

    @Test("Matches lie in the range asked for, without overlap")
    func ranges() throws {
        var found: [Range<Int>] = []
        let deadline = SearchDeadline(forBytes: 5)
        let text = Array("aaaaa".utf8)
        try RegularExpression("aa?").forEachMatch(in: text, 1..<5, deadline: deadline) { found.append($0) }
        #expect(found == [1..<3, 3..<5])
    }

    private func matches(_ pattern: String, _ text: String) throws -> [Range<Int>] {
        var found: [Range<Int>] = []
        let deadline = SearchDeadline(forBytes: text.utf8.count)
        try RegularExpression(pattern).forEachMatch(in: Array(text.utf8), 0..<text.utf8.count, deadline: deadline) {
            found.append($0)
        }
        return found
    }

    @Test("An empty match right behind another does not count")
    func emptyBehindMatch() throws {
        #expect(try matches("x*", "axb") == [0..<0, 1..<2, 3..<3])
        #expect(try matches("(?=b)", "ab") == [1..<1])
    }

    /// Past the number of starting places that one call looks at, and with more steps than a quick search has.
    @Test("Far and long matches are found")
    func longSearches() throws {
        let text = String(repeating: "é", count: 40_000) + "ab"
        #expect(try matches("ab", text) == [80_000..<80_002])
        let long = "c" + String(repeating: "ab", count: 20_000) + "d"
        #expect(try matches("(?:(?:a|x)(?:b|y))+d", long) == [1..<40_002])
    }

    @Test("A search that would take for ever is given up")
    func endless() {
        #expect(throws: SearchDeadline.Exceeded.self) {
            try matches("(?:a+a+)+[bc]", String(repeating: "a", count: 2000))
        }
    }

    @Test("Strings are found from the left without overlap, and what may go on is told")
    func literals() {
        func find(_ pattern: String, _ text: String) -> ([Int], Int) {
            var starts: [Int] = []
            let bytes = Array(text.utf8)
            let begun = LiteralPattern(Array(pattern.utf8)).forEachMatch(in: bytes, bytes.indices) {
                starts.append($0.lowerBound)
            }
            return (starts, begun)
        }
        #expect(find("aa", "aaaaa") == ([0, 2], 1))
        #expect(find("aab", "aaaabaab") == ([2, 5], 0))
        #expect(find("abcabd", "abcabcabdabca") == ([3], 4))
        #expect(find("", "abc") == ([], 0))
    }

    @Test("A faulty pattern says what and where")
    func faulty() {
        let error = #expect(throws: RegularExpression.SyntaxError.self) { try RegularExpression("a(b") }
        #expect(error?.message.contains("at byte 3") == true)
    }
}
