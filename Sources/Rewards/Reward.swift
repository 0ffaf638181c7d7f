/// How responses are rewarded: a kind of check, and what its verdicts earn.
public struct Reward: Sendable {
    /// How a response is checked.
    public enum Kind: Sendable {
        /// Mathematical equality of the last box and the reference.
        case math(MathChecker)
        /// Equality of text.
        case exact(ExactChecker)
        /// Equality of what a pattern captures and the reference.
        case pattern(PatternChecker)
    }

    public var kind: Kind
    public var scores: VerdictScores

    public init(_ kind: Kind, scores: VerdictScores = .usual) {
        self.kind = kind
        self.scores = scores
    }

    /// Judges a response and scores the verdict. Throws nothing: a failing checker gives an INTERNAL verdict.
    public func grade(response: String, truth: String) -> Grade {
        let judgement = judge(response, truth)
        return Grade(judgement, score: scores[judgement.verdict])
    }

    /// Judges a response against several references, one of which has to agree.
    ///
    /// The verdict is that of the first reference that agrees, otherwise that of the first that may agree: it is
    /// INCORRECT only if every reference says so.
    public func grade(response: String, truths: [String]) -> Grade {
        best(truths) { grade(response: response, truth: $0) }
    }

    /// Judges an answer already extracted from its response; a check of whole responses treats it as the response.
    public func grade(answer: String, truths: [String]) -> Grade {
        best(truths) { truth in
            guard case .math(let checker) = kind else { return grade(response: answer, truth: truth) }
            let judgement = checker.compare(answer: answer, reference: truth)
            return Grade(judgement, score: scores[judgement.verdict])
        }
    }

    private func best(_ truths: [String], _ grade: (String) -> Grade) -> Grade {
        var kept: Grade?
        for truth in truths {
            let grade = grade(truth)
            if grade.verdict == .correct { return grade }
            if kept == nil || kept?.verdict == .incorrect && grade.verdict != .incorrect { kept = grade }
        }
        return kept ?? Grade(Judgement(.internal, detail: "there is no reference"), score: scores[.internal])
    }

    private func judge(_ response: String, _ truth: String) -> Judgement {
        do {
            return try kind.checker.judge(response: response, reference: truth)
        } catch {
            return Judgement(.internal, detail: "\(error)")
        }
    }
}

extension Reward.Kind {
    var checker: any AnswerChecker {
        switch self {
        case .math(let checker): checker
        case .exact(let checker): checker
        case .pattern(let checker): checker
        }
    }
}
