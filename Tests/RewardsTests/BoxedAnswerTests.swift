import Basics
import Testing

@testable import Rewards

@Suite("BoxedAnswer")
struct BoxedAnswerTests {
    @Test(
        "The last box holds the answer",
        arguments: [
            ("so \\boxed{5}.", "5"), ("\\boxed{3} no, \\boxed{4}", "4"), ("\\boxed{\\frac{1}{2}}", "\\frac{1}{2}"),
            ("\\boxed{\\{1, 2\\}}", "\\{1, 2\\}"), ("\\fbox{ 7 }", "7"), ("\\boxed 7 and so on", "7"),
            ("\\boxed\\pi", "\\pi"), ("$\\boxed {x}$", "x"), ("\\boxed{\\text{a } b}", "\\text{a } b"),
            ("\\boxed{\\boxed{5}}", "5"),
        ])
    func found(text: String, answer: String) {
        #expect(BoxedAnswer(in: text[...]) == .found(answer))
    }

    @Test(
        "Without a box, or with a broken last one, there is no answer",
        arguments: [
            ("The answer is 5.", "there is no \\boxed{…} in the result"),
            ("", "there is no \\boxed{…} in the result"),
            ("\\boxed{3} then \\boxed{4", "the last \\boxed{ is not closed"),
            ("\\boxed{ }", "the last \\boxed{} is empty"),
            ("\\boxed  ", "nothing follows the last \\boxed"),
            ("\\boxedfor{5}", "there is no \\boxed{…} in the result"),
            ("\\boxed{\\}", "the last \\boxed{ is not closed"),
        ])
    func missing(text: String, reason: String) {
        #expect(BoxedAnswer(in: text[...]) == .missing(reason))
    }

    @Test("Thinking does not count")
    func thinking() {
        #expect(ThinkingEnd.result(of: "<think>\\boxed{1}</think>\\boxed{2}") == "\\boxed{2}")
        #expect(ThinkingEnd.result(of: "a</think>b</think> c") == " c")
        #expect(ThinkingEnd.result(of: "no thinking") == "no thinking")
        #expect(MathChecker().judge(response: "<think>\\boxed{2}</think> two", reference: "2").verdict == .noAnswer)
    }
}
