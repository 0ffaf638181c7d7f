internal import Basics

/// Compares the whole result text with the reference.
///
/// The result is what follows the last `</think>`, or the whole response. Both sides are trimmed, and runs of white
/// space count as one space unless `keepsSpace`.
public struct ExactChecker: AnswerChecker, Equatable {
    /// Whether to ignore case.
    public var ignoresCase: Bool
    /// Whether white space inside the text matters; at its ends it never does.
    public var keepsSpace: Bool
    /// Whether to compare the content of the last box rather than the whole result.
    public var readsBox: Bool

    public init(ignoresCase: Bool = false, keepsSpace: Bool = false, readsBox: Bool = false) {
        self.ignoresCase = ignoresCase
        self.keepsSpace = keepsSpace
        self.readsBox = readsBox
    }

    public func judge(response: String, reference: String) -> Judgement {
        switch answer(response) {
        case .missing(let why): return Judgement(.noAnswer, detail: why)
        case .found(let answer):
            let isEqual = folded(answer) == folded(reference)
            return Judgement(isEqual ? .correct : .incorrect, answer: answer)
        }
    }

    private func answer(_ response: String) -> BoxedAnswer {
        if readsBox { return BoxedAnswer(in: ThinkingEnd.result(of: response)) }
        let text = ThinkingEnd.result(of: response).trimmed
        return text.isEmpty ? .missing("the response is empty") : .found(text)
    }

    private func folded(_ text: String) -> String {
        let cased = ignoresCase ? text.lowercased() : text
        return keepsSpace ? cased.trimmed : cased.foldingSpace
    }
}
