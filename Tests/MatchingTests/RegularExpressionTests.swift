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
        try RegularExpression("aa?").forEachMatch(in: Array("aaaaa".utf8), 1..<5) { found.append($0) }
        #expect(found == [1..<3, 3..<5])
    }

    @Test("A faulty pattern says what and where")
    func faulty() {
        let error = #expect(throws: RegularExpression.SyntaxError.self) { try RegularExpression("a(b") }
        #expect(error?.message.contains("at byte 3") == true)
    }
}
