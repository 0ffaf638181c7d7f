import Jobs
public import Rewards
import Tasks

/// Asks an external service for verdicts. One call is one attempt.
public protocol RewardClient: Sendable {
    /// Verdicts and scores of a batch, in its order. A score the service does not give is nil.
    func judge(_ batch: RewardBatch, deadline: Duration) async throws -> [RewardVerdict]
}

/// The contents of one call.
public struct RewardBatch: Sendable, Equatable {
    /// The job's name.
    public var job: String
    public var step: Int
    /// The same for all attempts at one batch.
    public var id: String
    public var questions: [RewardQuestion]
}

extension RewardBatch {
    /// A subset of the questions, as a separate batch.
    fileprivate func part(_ range: Range<Int>) -> RewardBatch {
        RewardBatch(
            job: job, step: step, id: "\(id)/\(range.lowerBound)-\(range.upperBound)",
            questions: Array(questions[range]))
    }
}

public struct RewardQuestion: Sendable, Equatable {
    public var prompt: String
    public var response: String
    /// The right answer; the first if there are several.
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

/// Rewards from a service, with retries, and a policy for when none are left.
///
/// The service is not trusted: an answer of the wrong length counts as a failed attempt, and a score that is not finite
/// as the verdict INTERNAL.
struct ExternalReward: Sendable {
    private let client: any RewardClient
    private let specification: ExternalRewardSpecification
    private let scores: VerdictScores

    init(_ client: any RewardClient, _ specification: ExternalRewardSpecification, _ scores: VerdictScores) {
        self.client = client
        self.specification = specification
        self.scores = scores
    }

    /// The number of responses sent in one call: few enough to fit in a message, enough to be worth one.
    private static let batch = 64
    /// The limit stated in reward.proto.
    private static let largestScore = 1000.0

    /// The number of consecutive calls that may fail while searching for the responses the service fails on: more than
    /// it takes to find one among those of a batch.
    private static let patience = 8

    func judge(_ questions: [Judge.Question], job: String, step: Int, label: String) async throws -> Judge.Judgements {
        var judgements = Judge.Judgements()
        for begin in stride(from: 0, to: questions.count, by: Self.batch) {
            let part = questions[begin..<min(begin + Self.batch, questions.count)].map {
                RewardQuestion(prompt: $0.record.text, response: $0.response, truth: $0.record.answer)
            }
            let id = "\(job)/\(step)/\(label)/\(begin)"
            var trouble = Trouble()
            let verdicts = try await verdicts(RewardBatch(job: job, step: step, id: id, questions: part), &trouble)
            judgements.answers += try verdicts.map { try answer($0, trouble) }
            if verdicts.contains(nil) { judgements.failure = trouble.text }
        }
        return judgements
    }

    /// What has gone wrong so far.
    private struct Trouble {
        var text = ""
        var failedInARow = 0
        /// Whether the last call was answered, but not with one verdict per response: parts are then not retried, since
        /// answers cannot be matched to questions.
        var isMiscounted = false
    }

    /// How long it can take to ask about this many responses at most: each attempt at a batch or a part of it times out, but for
    /// the few answers that keep it from giving up.
    func longest(_ count: Int) -> Duration {
        let batches = (count + Self.batch - 1) / Self.batch, parts = 2 * min(count, Self.batch)
        let attempts = specification.retries + 1 + parts
        return .seconds(Double(batches * attempts) * specification.deadlineSeconds)
    }

    /// A verdict for each response of a batch; nil where the service gave none.
    private func verdicts(_ batch: RewardBatch, _ trouble: inout Trouble) async throws -> [RewardVerdict?] {
        for _ in 0...specification.retries {
            if let verdicts = try await attempt(batch, &trouble) { return verdicts }
        }
        trouble.failedInARow = 0
        // If one response without a verdict fails the job, there is nothing to salvage.
        if trouble.isMiscounted || specification.onFailure == .fail { return batch.questions.map { _ in nil } }
        return try await verdictsInParts(batch, &trouble)
    }

    /// Asks for halves, and halves of those that fail: a response the service fails on does not cost the others their
    /// verdicts. A service that answers nothing is soon given up on.
    private func verdictsInParts(_ batch: RewardBatch, _ trouble: inout Trouble) async throws -> [RewardVerdict?] {
        let count = batch.questions.count
        guard count > 1 else { return [nil] }
        var verdicts: [RewardVerdict?] = []
        for range in [0..<count / 2, count / 2..<count] {
            let part = batch.part(range)
            if trouble.failedInARow >= Self.patience {
                verdicts += part.questions.map { _ in nil }
            } else if let found = try await attempt(part, &trouble) {
                verdicts += found
            } else if trouble.isMiscounted {
                verdicts += part.questions.map { _ in nil }
            } else {
                verdicts += try await verdictsInParts(part, &trouble)
            }
        }
        return verdicts
    }

    private func attempt(_ batch: RewardBatch, _ trouble: inout Trouble) async throws -> [RewardVerdict]? {
        try Task.checkCancellation()
        trouble.isMiscounted = false
        do {
            let verdicts = try await client.judge(batch, deadline: .seconds(specification.deadlineSeconds))
            if verdicts.count == batch.questions.count {
                trouble.failedInARow = 0
                return verdicts
            }
            trouble.isMiscounted = true
            trouble.text = "it answered \(verdicts.count) of \(batch.questions.count) responses"
        } catch let error as CancellationError {
            throw error
        } catch {
            trouble.text = "\(error)"
        }
        trouble.failedInARow += 1
        return nil
    }

    private func answer(_ verdict: RewardVerdict?, _ trouble: Trouble) throws -> Judge.Answer {
        if let verdict { return grade(verdict) }
        switch specification.onFailure {
        case .skip: return nil
        case .score: return Grade(Judgement(.internal, detail: trouble.text), score: scores[.internal])
        case .fail:
            throw JobError.rewardFailed(
                address: specification.address, attempts: specification.retries + 1, reason: trouble.text)
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
