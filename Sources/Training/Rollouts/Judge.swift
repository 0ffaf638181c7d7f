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

    private enum Kind: Sendable {
        case reward(Reward)
        case task(requiresSoundSteps: Bool)
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

    /// Judges by the checks of built-in tasks, with the usual scores.
    static func ofTasks() -> Judge { Judge(kind: .task(requiresSoundSteps: false), scores: .usual) }

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
    func judge(_ questions: [Question], job: String, step: Int, label: String) async throws -> [Answer] {
        switch kind {
        case .reward(let reward):
            return questions.map { reward.grade(response: $0.response, truths: $0.record.answers) }
        case .task(let requiresSoundSteps):
            return questions.map { check($0, requiresSoundSteps) }
        case .external(let external): return try await external.judge(questions, job: job, step: step, label: label)
        }
    }

    private func check(_ question: Question, _ requiresSoundSteps: Bool) -> Grade {
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
