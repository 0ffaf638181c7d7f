import Testing

@testable import Rewards

@Suite("StatedAnswer")
struct StatedAnswerTests {
    /// What stands in the response at the bytes named.
    private func excerpt(_ response: String, _ answer: StatedAnswer) -> String {
        String(decoding: Array(response.utf8)[answer.bytes], as: UTF8.self)
    }

    @Test(
        "The last box's content, where it stands",
        arguments: [
            ("so \\boxed{5}.", "5", "5"), ("\\boxed{3} no, \\boxed{ 4  +\n1 }", "4 + 1", "4  +\n1"),
            ("π ≈ \\boxed 7 and", "7", "7"),
            ("<think>\\boxed{1}</think>é \\boxed{\\text{ü}}", "\\text{ü}", "\\text{ü}"),
        ])
    func boxed(response: String, text: String, stands: String) throws {
        let answer = try #require(StatedAnswer(in: response, form: .boxed))
        #expect(answer.text == text)
        #expect(excerpt(response, answer) == stands)
    }

    @Test(
        "The last line that is not blank, where it stands",
        arguments: [
            ("one\ntwo\n\n  \n", "two", "two"), ("one", "one", "one"),
            ("<think>a\nb</think>\n\n x  y \r\n", "x y", "x  y"),
        ])
    func lastLine(response: String, text: String, stands: String) throws {
        let answer = try #require(StatedAnswer(in: response, form: .lastLine))
        #expect(answer.text == text)
        #expect(excerpt(response, answer) == stands)
    }

    @Test(
        "Responses without a result",
        arguments: [
            ("The answer is 5.", StatedAnswer.Form.boxed), ("\\boxed{3} then \\boxed{4", .boxed),
            ("\\boxed{ }", .boxed),
            ("\\boxed{1}</think>", .boxed), ("", .lastLine), (" \n\t\n", .lastLine), ("1</think>\n", .lastLine),
        ])
    func missing(response: String, form: StatedAnswer.Form) {
        #expect(StatedAnswer(in: response, form: form) == nil)
    }
}
