import Jobs
import Ranks
import Rewards
import Rollouts
import Tasks

/// Judges responses as a job's specification says.
struct Judge: Sendable {
    /// What a judge is asked.
    struct Question: Sendable {
        let record: DataRecord
        let response: String

        init(record: DataRecord, response: String) {
            self.record = record
            self.response = response
        }

        /// Of a response to a prompt; one that goes on from a hint is judged with it.
        init(_ item: RecordStream.Item, response: String) {
            self.init(record: item.record, response: (item.hint?.text ?? "") + response)
        }
    }

    /// One response's verdict; nil if an external service gave none and the job leaves such responses out.
    typealias Answer = Grade?

    /// An answer to each question.
    struct Judgements: Sendable, Codable {
        var answers: [Answer] = []
        /// Why some have none; empty if all have one.
        var failure = ""
    }

    private enum Kind: Sendable {
        case own(ResponseJudge)
        case external(ExternalReward)
        case learned(LearnedReward)
    }

    private let kind: Kind
    /// Those that ask the same; an external service is asked once.
    private let ranks: Ranks
    private let onVerdict: @Sendable (String) -> Void

    /// - Parameters:
    ///   - engine: Counts verdicts, and computes what a learned reward reads.
    ///   - connect: Creates the client of an external reward.
    /// - Throws: A problem with the pattern, the scores, or the learned reward.
    init(
        _ context: JobContext, engine: Engine, connect: (ExternalRewardSpecification) throws -> any RewardClient
    ) throws {
        (onVerdict, ranks) = (engine.countVerdict, context.ranks)
        let specification = context.specification.reward, scores = try VerdictScores(specification.scores.byVerdict)
        if specification.kind == .learned {
            kind = .learned(try LearnedReward(context, engine: engine, scores: scores))
            return
        }
        let judge = try ResponseJudge(
            specification.kind, pattern: specification.pattern,
            requiresSoundSteps: specification.requiresSoundSteps, scores: scores)
        kind =
            try judge.map(Kind.own)
            ?? .external(ExternalReward(try connect(specification.external), specification.external, scores))
    }

    /// - Parameter judge: A judge in this process.
    init(_ judge: ResponseJudge, onVerdict: @escaping @Sendable (String) -> Void = { _ in }) {
        kind = .own(judge)
        (self.onVerdict, ranks) = (onVerdict, .alone)
    }

    /// The same judge, except that a right answer counts as right however it was reached: evaluations report the share
    /// of sound ones separately. In place of a learned reward, answers are judged.
    var ofAnswers: Judge {
        switch kind {
        case .own(let judge): Judge(judge.ofAnswersAlone, onVerdict: onVerdict)
        case .learned: Judge(.usual, onVerdict: onVerdict)
        case .external: self
        }
    }

    /// - Parameters:
    ///   - job: The job's name, for external services.
    ///   - step: The job's step.
    ///   - label: Distinguishes these questions from others of the same step.
    func judge(_ questions: [Question], job: String, step: Int, label: String) async throws -> Judgements {
        let judgements = try await answers(to: questions, job: job, step: step, label: label)
        for case let grade? in judgements.answers { onVerdict(grade.verdict.rawValue) }
        return judgements
    }

    private func answers(
        to questions: [Question], job: String, step: Int, label: String
    ) async throws -> Judgements {
        switch kind {
        case .own(let judge):
            return Judgements(answers: questions.map { judge.judge($0.response, to: $0.record).grade })
        case .learned(let learned): return Judgements(answers: try await learned.judge(questions))
        case .external(let external):
            return try await ranks.told("judging responses", longest: external.longest(questions.count)) {
                try await external.judge(questions, job: job, step: step, label: label)
            }
        }
    }
}

extension ScoreSpecification {
    fileprivate var byVerdict: [Verdict: Double] {
        [
            .correct: correct, .incorrect: incorrect, .undecided: undecided, .noAnswer: noAnswer,
            .parseError: parseError, .timeout: timeout, .internal: `internal`,
        ]
    }
}
