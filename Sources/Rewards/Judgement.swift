/// A verdict with what led to it; scores are added by `Reward`.
public struct Judgement: Sendable, Equatable {
    public var verdict: Verdict
    /// The answer as it stands in the response, where one was found.
    public var answer: String?
    /// Why, where the verdict does not say it: what could not be read, which limit was met.
    public var detail: String?

    public init(_ verdict: Verdict, answer: String? = nil, detail: String? = nil) {
        self.verdict = verdict
        self.answer = answer
        self.detail = detail
    }
}

/// A judged response with its reward.
public struct Grade: Sendable, Equatable {
    public var verdict: Verdict
    /// What the verdict earns, see `VerdictScores`.
    public var score: Double
    /// The answer as it stands in the response, where one was found.
    public var answer: String?
    /// Why, where the verdict does not say it.
    public var detail: String?

    public init(_ judgement: Judgement, score: Double) {
        verdict = judgement.verdict
        self.score = score
        answer = judgement.answer
        detail = judgement.detail
    }
}
