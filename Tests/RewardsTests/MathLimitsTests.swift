import Foundation
import TestSupport
import Testing

@testable import Rewards

@Suite("Limits of MathChecker")
struct MathLimitsTests {
    private let checker = MathChecker()

    @Test("What cannot be read is a parse error that says whose and what")
    func unreadable() {
        let answer = checker.compare(answer: "\\frac{1}{}", reference: "5")
        #expect(answer.verdict == .parseError)
        #expect(answer.detail == "the answer: '}' is not understood there")
        let reference = checker.compare(answer: "5", reference: "\\unheardof{3}")
        #expect(reference.verdict == .parseError)
        #expect(reference.detail == "the reference: \\unheardof is not understood")
    }

    @Test("The reference's own text is correct even where it cannot be read")
    func sameText() {
        #expect(checker.compare(answer: " \\unheardof{3} ", reference: "\\unheardof{3}").verdict == .correct)
    }

    @Test("Numbers side by side and words without letters are not taken for something they may not be")
    func ambiguous() {
        #expect(checker.compare(answer: "1 00", reference: "0").verdict == .parseError)
        #expect(checker.compare(answer: "\\text{?}", reference: "\\text{!}").verdict == .incorrect)
    }

    @Test("No answer is told from a wrong one")
    func empty() {
        #expect(checker.compare(answer: "  ", reference: "5").verdict == .noAnswer)
        #expect(checker.judge(response: "It is 5.", reference: "5").verdict == .noAnswer)
    }

    @Test("Running out of steps is TIMEOUT, at the same step each time")
    func steps() {
        let sides = ("(x+y)^{20}+(x-y)^{20}", "(x-y)^{20}+(y+x)^{20}")
        #expect(MathChecker(steps: 100_000).compare(answer: sides.0, reference: sides.1).verdict == .correct)
        let short = MathChecker(steps: 50).compare(answer: sides.0, reference: sides.1)
        #expect(short.verdict == .timeout)
        #expect(short.detail?.contains("more than 50 steps") == true)
    }

    @Test(
        "Nesting, length and long lists are bounded",
        arguments: [
            String(repeating: "(", count: 1900) + "1" + String(repeating: ")", count: 1900),
            String(repeating: "\\{", count: 600) + "1" + String(repeating: "\\}", count: 600),
            String(repeating: "\\sqrt{", count: 500) + "1" + String(repeating: "}", count: 500),
            "2" + String(repeating: "^{2", count: 900) + String(repeating: "}", count: 900),
            String(repeating: "1+", count: 3000) + "1", String(repeating: "1,", count: 1500) + "1",
            String(repeating: "\\sqrt", count: 700) + "1", String(repeating: "\\sin", count: 900) + "1",
            String(repeating: "\\log_", count: 500) + "1", String(repeating: "9", count: 3000),
            "5" + String(repeating: "!", count: 100),
        ])
    func bounds(text: String) {
        #expect(checker.compare(answer: text, reference: "5").verdict == .parseError)
        #expect(checker.compare(answer: "5", reference: text).verdict == .parseError)
    }

    @Test(
        "Work that would not end is given up or not begun",
        arguments: [
            "9^{9^{9^{9}}}", "(10^{4000})!", "\\binom{10^{9}}{5\\cdot 10^{8}}", "\\sin(10^{300})", "10^{10^{10}}",
            "((((2^{99})^{99})^{99})^{99})^{99}", String(repeating: "\\frac{1}{3}+", count: 300) + "1",
            String(repeating: "\\frac{7}{99991}\\cdot", count: 180) + "1", "0^0", "1/0",
            String(repeating: "1\\frac12", count: 400), String(repeating: "9", count: 900) + "/7", "\\ln 0",
        ])
    func endlessWork(text: String) {
        let verdict = checker.compare(answer: text, reference: "\\frac{123457}{7}").verdict
        #expect(verdict != .correct && verdict != .internal)
    }

    @Test("Nested sets of equal values that are written differently agree or are refused, and never stall")
    func nestedSets() {
        func nested(_ inner: String, _ depth: Int) -> String {
            String(repeating: "\\{", count: depth) + inner + String(repeating: "\\}", count: depth)
        }
        #expect(checker.compare(answer: nested("0.5", 6), reference: nested("\\frac12", 6)).verdict == .correct)
        #expect(checker.compare(answer: nested("0.5", 60), reference: nested("\\frac12", 60)).verdict == .parseError)
    }

    @Test("The deepest formula that is read fits a thread of 512 KiB")
    func smallStack() async {
        let depth = 40
        func nested(_ letter: String) -> String {
            let fractions = String(repeating: "\\frac{1}{1+", count: depth)
            return "\\{" + fractions + letter + String(repeating: "}", count: depth) + "\\}"
        }
        let (text, other) = (nested("x"), nested("y"))
        let verdict = await withCheckedContinuation { continuation in
            let thread = Thread {
                continuation.resume(returning: MathChecker().compare(answer: text, reference: other).verdict)
            }
            thread.stackSize = 512 * 1024
            thread.start()
        }
        #expect(verdict == .incorrect)
    }
}
