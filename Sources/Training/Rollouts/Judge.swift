import Jobs
import Rewards
import Tasks

/// Judges responses as a job's specification says.
struct Judge: Sendable {
    /// What a judge is asked.
    struct Question: Sendable {
        let record: DataRecord
        let response: String
    }

    /// One response's verdict; nil where an external service gave none and the job leaves such responses out.
    typealias Answer = Grade?

    /// An answer to each question.
    struct Judgements: Sendable {
        var answers: [Answer] = []
        /// Why some have none; empty where all have one.
        var failure = ""
    }

    private enum Kind: Sendable {
        case reward(Reward)
        case task(requiresSoundSteps: Bool)
        /// Tasks by their own checks, other records by a reward.
        case taskOr(Reward)
        case external(ExternalReward)
    }

    private let kind: Kind
    private let scores: VerdictScores

    /// - Parameter connect: Makes the client of an external reward.
    /// - Throws: A problem with the pattern or the scores.
    init(_ specification: RewardSpecification, connect: (ExternalRewardSpecification) throws -> any RewardClient) throws
    {
        scores = try VerdictScores(specification.scores.byVerdict)
        switch specification.kind {
        case .math: kind = .reward(Reward(.math(MathChecker()), scores: scores))
        case .exact: kind = .reward(Reward(.exact(ExactChecker()), scores: scores))
        case .regex:
            kind = .reward(Reward(.pattern(try PatternChecker(specification.pattern)), scores: scores))
        case .task: kind = .task(requiresSoundSteps: specification.requiresSoundSteps)
        case .external:
            kind = .external(ExternalReward(try connect(specification.external), specification.external, scores))
        }
    }

    /// Judges answers where no reward says how: those of built-in tasks by their checks, others as mathematics.
    static func ofAnyAnswers() -> Judge {
        Judge(kind: .taskOr(Reward(.math(MathChecker()), scores: .usual)), scores: .usual)
    }

    /// The same judge, but that a right answer is right however it was come by: evaluations tell the share of sound ones
    /// apart.
    var ofAnswers: Judge {
        guard case .task = kind else { return self }
        return Judge(kind: .task(requiresSoundSteps: false), scores: scores)
    }

    private init(kind: Kind, scores: VerdictScores) {
        self.kind = kind
        self.scores = scores
    }

    /// - Parameters:
    ///   - job: The job's name, for external services.
    ///   - step: The job's step.
    ///   - label: What tells these questions from others of the step.
    func judge(_ questions: [Question], job: String, step: Int, label: String) async throws -> Judgements {
        switch kind {
        case .reward(let reward):
            return Judgements(answers: questions.map { grade($0, reward) })
        case .task(let requiresSoundSteps):
            return Judgements(answers: questions.map { check($0, requiresSoundSteps: requiresSoundSteps) })
        case .taskOr(let reward):
            return Judgements(
                answers: questions.map {
                    $0.record.task == nil ? grade($0, reward) : check($0, requiresSoundSteps: false)
                })
        case .external(let external): return try await external.judge(questions, job: job, step: step, label: label)
        }
    }

    private func grade(_ question: Question, _ reward: Reward) -> Grade {
        reward.grade(response: question.response, truths: question.record.answers)
    }

    private func check(_ question: Question, requiresSoundSteps: Bool) -> Grade {
        guard let task = question.record.task else {
            return grade(Judgement(.internal, detail: "the record belongs to no built-in task"))
        }
        return grade(
            task.judge(
                prompt: question.record.text, response: question.response, requiresSoundSteps: requiresSoundSteps))
    }

    private func grade(_ judgement: Judgement) -> Grade { Grade(judgement, score: scores[judgement.verdict]) }
}

extension ScoreSpecification {
    fileprivate var byVerdict: [Verdict: Double] {
        [
            .correct: correct, .incorrect: incorrect, .undecided: undecided, .noAnswer: noAnswer,
            .parseError: parseError, .timeout: timeout, .internal: `internal`,
        ]
    }
}
