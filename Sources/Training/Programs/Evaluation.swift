import Foundation
import Jobs
import ModelFiles
import Policy
import Ranks
import Rewards
import Rollouts
import Sampling
import Tasks
import Trees

/// Evaluates a policy on held-out prompts, having its responses judged.
struct Evaluation {
    /// The number of prompts to ask: all in the data, up to `evaluation.prompts`.
    let count: Int
    /// The lengths in tokens that a prompt may have; others are left out and counted, as in training.
    let promptLengths: ClosedRange<Int>
    let specification: JobSpecification
    let job: JobID
    private let data: Dataset
    private let prompts: PromptBuilder
    private let engine: Engine
    private let policy: PolicyInfo
    let judge: Judge
    private let ranks: Ranks

    /// - Parameter judge: Judges responses; if nil, a task's own check judges data from tasks, and other answers are
    ///   compared mathematically.
    /// - Returns: nil if the specification names no held-out data.
    init?(
        _ specification: JobSpecification, job: JobID, _ policy: PolicyInfo, engine: Engine, judge: Judge?, ranks: Ranks
    ) throws {
        self.ranks = ranks
        guard let data = try TrainingData.heldOut(specification)?.dataset() else { return nil }
        self.specification = specification
        self.job = job
        self.data = data
        self.judge = judge?.ofAnswers ?? Judge(.usual)
        count = min(specification.evaluation.prompts, data.count ?? .max)
        prompts = PromptBuilder(policy, specification.data)
        promptLengths = specification.data.promptLengths(contextLength: policy.configuration.contextLength)
        self.engine = engine
        self.policy = policy
    }

    /// Asks some of the prompts.
    ///
    /// - Parameters:
    ///   - numbers: The prompts' numbers, below `count`.
    ///   - asked: The number of prompts asked before these. Seeds depend on it, so an evaluation in parts draws the
    ///     same as one in a single go.
    ///   - version: The version of the policy to ask.
    ///   - step: The job's step, for external services.
    func result(
        of numbers: Range<Int>, behind asked: Int = 0, version: Int, step: Int
    ) async throws -> EvaluationResult {
        let (usable, drawn) = try await answers(to: numbers, behind: asked, version: version)
        var result = EvaluationResult()
        result.skipped = numbers.count - usable.count
        result.tallies = try await tallies(
            zip(usable, drawn).map { ($0.record, $1) }, step: step, label: "evaluation")
        for axis in specification.evaluation.axes {
            let plain = zip(usable, result.tallies).map { (record: $0.record, tally: $1) }
            let found = try await tallies(of: axis, plain, behind: asked, version: version, step: step)
            result.axes = (result.axes ?? []) + found
        }
        return result
    }

    /// A prompt that can be asked.
    typealias Usable = (record: DataRecord, prompt: [Int32])

    /// The responses to some prompts, those left out that are too long or have no tokens.
    ///
    /// - Parameters: As of `result`.
    func answers(
        to numbers: Range<Int>, behind asked: Int = 0, version: Int
    ) async throws -> (usable: [Usable], drawn: [[DrawnResponse]]) {
        var usable: [Usable] = []
        for number in numbers {
            try Task.checkCancellation()
            let record = try data.record(at: number), prompt = try prompts.tokens(record)
            if promptLengths.contains(prompt.count) { usable.append((record, prompt)) }
        }
        // Keeps seeds apart from those of training: no step has this number.
        let drawn = try await draw(usable, version: version) { specification.seed(step: Int.max, asked + $0) }
        return (usable, drawn)
    }

    private func draw(
        _ usable: [Usable], version: Int, seed: (Int) -> UInt64
    ) async throws -> [[DrawnResponse]] {
        let drawer = ResponseDrawer(
            forJobsOn: engine, policy: policy, sampling: sampling, version: version,
            waitSeconds: specification.limits.waitSeconds, ranks: ranks)
        let requests = usable.enumerated().map { index, usable in
            DrawRequest(prompt: usable.prompt, count: specification.evaluation.samples, seed: seed(index))
        }
        return try await drawer.draw(requests)
    }

    /// Asks what an axis asks in place of some prompts. It leaves out prompts whose record has nothing for the axis, and those
    /// that become too long with it.
    private func tallies(
        of axis: EvaluationSpecification.Axis, _ plain: [(record: DataRecord, tally: PromptTally)], behind asked: Int,
        version: Int, step: Int
    ) async throws -> [AxisTally] {
        var versions: [Usable] = [], places: [(plain: PromptTally, count: Int, seeds: [UInt64])] = []
        let number = EvaluationSpecification.Axis.allCases.firstIndex(of: axis) ?? 0
        for (index, entry) in plain.enumerated() {
            try Task.checkCancellation()
            let records = entry.record.versions(axis, specification.evaluation)
            let usable = try records.map { (record: $0, prompt: try prompts.tokens($0)) }
            guard !usable.isEmpty, usable.allSatisfy({ promptLengths.contains($0.prompt.count) }) else { continue }
            versions += usable
            let seeds = usable.indices.map {
                specification.seed(step: Int.max - 1 - number, (asked + index) << 16 | $0)
            }
            places.append((entry.tally, usable.count, seeds))
        }
        let seeds = places.flatMap(\.seeds)
        let drawn = try await draw(versions, version: version) { seeds[$0] }
        var rest = try await tallies(
            zip(versions, drawn).map { ($0.record, $1) }, step: step, label: axis.rawValue)[...]
        return places.map { place in
            defer { rest = rest.dropFirst(place.count) }
            return AxisTally(axis: axis.rawValue, plain: place.plain, versions: Array(rest.prefix(place.count)))
        }
    }

    private var sampling: SamplingParameters {
        var sampling = SamplingParameters()
        sampling.temperature = Float(specification.evaluation.temperature)
        sampling.maxTokens = specification.evaluation.maxTokens
        return sampling
    }

    private func tallies(
        _ drawn: [(record: DataRecord, responses: [DrawnResponse])], step: Int, label: String
    ) async throws -> [PromptTally] {
        let questions = drawn.map { record, responses in
            responses.map { Judge.Question(record: record, response: judgedText(of: $0)) }
        }
        let judgements = try await judge.judge(groups: questions, job: "\(job)", step: step, label: label)
        return zip(drawn, judgements.groups).map { drawn, answers in
            let record = drawn.record
            var tally = PromptTally()
            for (response, answer) in zip(drawn.responses, answers) {
                tally.add(
                    tokens: response.rollout.tokens.count, isCut: !response.rollout.isComplete,
                    verdict: answer?.verdict,
                    check: record.task.flatMap {
                        try? $0.check(prompt: record.text, response: judgedText(of: response))
                    })
            }
            return tally
        }
    }

    private func judgedText(of response: DrawnResponse) -> String {
        specification.kind.has(.abstracts)
            ? specification.abstraction.withoutThinks(response.text) : response.text
    }
}

extension TrainingRun {
    /// How well the current policy answers held-out prompts; empty if there are none.
    func evaluate(judge: Judge? = nil) async throws -> [String: Double] {
        let evaluation = try Evaluation(specification, job: job, policy, engine: engine, judge: judge, ranks: ranks)
        guard let evaluation else { return [:] }
        let result = try await evaluation.result(of: 0..<evaluation.count, version: try stage(), step: state.steps)
        return result.metrics(samples: specification.evaluation.samples)
    }
}
