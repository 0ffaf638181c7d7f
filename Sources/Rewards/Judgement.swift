/// A verdict and what led to it; scores are added by `Reward`.
public struct Judgement: Sendable, Equatable {
    public var verdict: Verdict
    /// The answer as written in the response, if one was found.
    public var answer: String?
    /// The reason, if the verdict alone does not tell: what could not be read, or which limit was reached.
    public var detail: String?

    public init(_ verdict: Verdict, answer: String? = nil, detail: String? = nil) {
        self.verdict = verdict
        self.answer = answer
        self.detail = detail
    }
}

/// A judged response with its reward.
public struct Grade: Sendable, Equatable, Codable {
    public var verdict: Verdict
    /// What the verdict earns; see `VerdictScores`.
    public var score: Double
    /// The answer as written in the response, if one was found.
    public var answer: String?
    /// The reason, if the verdict alone does not tell.
    public var detail: String?

    public init(_ judgement: Judgement, score: Double) {
        verdict = judgement.verdict
        self.score = score
        answer = judgement.answer
        detail = judgement.detail
    }
}
