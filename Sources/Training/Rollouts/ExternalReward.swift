import Jobs
public import Rewards
import Tasks

/// Asks a service elsewhere for verdicts. One call is one attempt.
public protocol RewardClient: Sendable {
    /// Verdicts and scores of a batch, in its order. A score the service does not give is nil.
    func judge(_ batch: RewardBatch, deadline: Duration) async throws -> [RewardVerdict]
}

/// What one call asks.
public struct RewardBatch: Sendable, Equatable {
    /// The job's name.
    public var job: String
    public var step: Int
    /// The same for all attempts at one batch.
    public var id: String
    public var questions: [RewardQuestion]
}

public struct RewardQuestion: Sendable, Equatable {
    public var prompt: String
    public var response: String
    /// The right answer, the first where there are several.
    public var truth: String
}

public struct RewardVerdict: Sendable, Equatable {
    public var verdict: Verdict
    public var score: Double?
    public var detail: String?

    public init(verdict: Verdict, score: Double? = nil, detail: String? = nil) {
        self.verdict = verdict
        self.score = score
        self.detail = detail
    }
}

/// Rewards from a service, with attempts, and a policy for when there are none left.
///
/// What the service says is not trusted: an answer of the wrong length counts as a failed attempt, and a score that is
/// not finite as the verdict INTERNAL.
struct ExternalReward: Sendable {
    private let client: any RewardClient
    private let specification: ExternalRewardSpecification
    private let scores: VerdictScores

    init(_ client: any RewardClient, _ specification: ExternalRewardSpecification, _ scores: VerdictScores) {
        self.client = client
        self.specification = specification
        self.scores = scores
    }

    /// Responses sent in one call: few enough for a message, enough to be worth one.
    private static let batch = 64
    /// As reward.proto says.
    private static let largestScore = 1000.0

    func judge(_ questions: [Judge.Question], job: String, step: Int, label: String) async throws -> [Judge.Answer] {
        var answers: [Judge.Answer] = []
        for begin in stride(from: 0, to: questions.count, by: Self.batch) {
            let part = questions[begin..<min(begin + Self.batch, questions.count)].map {
                RewardQuestion(prompt: $0.record.text, response: $0.response, truth: $0.record.answer)
            }
            let id = "\(job)/\(step)/\(label)/\(begin)"
            answers += try await judge(RewardBatch(job: job, step: step, id: id, questions: part))
        }
        return answers
    }

    private func judge(_ batch: RewardBatch) async throws -> [Judge.Answer] {
        let part = batch.questions
        var failure = ""
        for _ in 0...specification.retries {
            try Task.checkCancellation()
            do {
                let verdicts = try await client.judge(batch, deadline: .seconds(specification.deadlineSeconds))
                if verdicts.count == part.count { return verdicts.map(grade) }
                failure = "it answered \(verdicts.count) of \(part.count) responses"
            } catch let error as CancellationError {
                throw error
            } catch {
                failure = "\(error)"
            }
        }
        switch specification.onFailure {
        case .skip: return part.map { _ in nil }
        case .score:
            return part.map { _ in Grade(Judgement(.internal, detail: failure), score: scores[.internal]) }
        case .fail:
            throw JobError.rewardFailed(
                address: specification.address, attempts: specification.retries + 1, reason: failure)
        }
    }

    private func grade(_ verdict: RewardVerdict) -> Grade {
        let score = verdict.score ?? scores[verdict.verdict]
        guard abs(score) <= Self.largestScore else {
            return Grade(Judgement(.internal, detail: "the service gave the score \(score)"), score: scores[.internal])
        }
        return Grade(Judgement(verdict.verdict, detail: verdict.detail), score: score)
    }
}
