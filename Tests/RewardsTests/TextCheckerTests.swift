import Testing

@testable import Rewards

@Suite("ExactChecker and PatternChecker")
struct TextCheckerTests {
    @Test("Text is equal up to white space, of what follows the thinking")
    func exact() {
        let checker = ExactChecker()
        #expect(checker.judge(response: "<think>b</think>\n a\t b \n", reference: "a b").verdict == .correct)
        #expect(checker.judge(response: "A b", reference: "a b").verdict == .incorrect)
        #expect(checker.judge(response: "1.0", reference: "1").verdict == .incorrect)
        #expect(checker.judge(response: "<think>a</think> ", reference: "a").verdict == .noAnswer)
    }

    @Test("Case, inner white space and boxes are options")
    func options() {
        #expect(ExactChecker(ignoresCase: true).judge(response: "STRASSE", reference: "strasse").verdict == .correct)
        #expect(ExactChecker(keepsSpace: true).judge(response: "a  b", reference: "a b").verdict == .incorrect)
        #expect(ExactChecker(keepsSpace: true).judge(response: " a b", reference: "a b ").verdict == .correct)
        let boxed = ExactChecker(readsBox: true)
        #expect(boxed.judge(response: "it is \\boxed{a b}", reference: "a b").verdict == .correct)
        #expect(boxed.judge(response: "a b", reference: "a b").verdict == .noAnswer)
    }

    @Test("The first group of the last match is the answer")
    func pattern() throws {
        let checker = try PatternChecker("^Answer: (.+)$")
        let judgement = checker.judge(response: "Answer: 3\nwait\nAnswer:  4 \n", reference: "4")
        #expect(judgement == Judgement(.correct, answer: "4"))
        #expect(checker.judge(response: "Answer: 3", reference: "4").verdict == .incorrect)
        #expect(checker.judge(response: "Answer: 4</think>none", reference: "4").verdict == .noAnswer)
        #expect(try PatternChecker("x(y)?").judge(response: "x", reference: "y").verdict == .noAnswer)
        let caseless = try PatternChecker("(É+)", ignoresCase: true)
        #expect(caseless.judge(response: "aÉÉ", reference: "éé").verdict == .correct)
    }

    @Test("Patterns that cannot be used are refused with the reason")
    func faultyPatterns() {
        let faulty = #expect(throws: PatternChecker.Problem.self) { try PatternChecker("(a") }
        #expect(faulty?.description.contains("missing closing parenthesis at byte 2 of (a") == true)
        let silent = #expect(throws: PatternChecker.Problem.self) { try PatternChecker("a") }
        #expect(silent?.description.contains("captures nothing") == true)
    }

    @Test("A pattern that backtracks without end is TIMEOUT")
    func backtracking() throws {
        let checker = try PatternChecker("((a+)+)$")
        let response = String(repeating: "a", count: 60) + "b"
        #expect(checker.judge(response: response, reference: "a").verdict == .timeout)
    }

    @Test("Many searches that each take long are TIMEOUT together")
    func manyLongSearches() throws {
        let checker = try PatternChecker("((?:a?){14}a{14})b")
        let match = String(repeating: "a", count: 14) + "b"
        let answer = String(repeating: "a", count: 14)
        #expect(checker.judge(response: match, reference: answer).verdict == .correct)
        #expect(checker.judge(response: String(repeating: match, count: 3), reference: answer).verdict == .correct)
        #expect(checker.judge(response: String(repeating: match, count: 500), reference: answer).verdict == .timeout)
    }
}
