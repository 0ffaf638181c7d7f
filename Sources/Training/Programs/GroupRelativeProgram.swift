import Basics
import Foundation
import Jobs
import Policy
import Rewards
import Rollouts
import Sampling
import Trees

/// Group relative policy optimisation: draws groups of responses, has them judged, and raises the likelihood of those
/// that did better than their group.
///
/// A step draws from the current parameters, so the first update's ratios are 1; the old policy's logprobs are those
/// the sampler reported. Groups whose rewards are all equal teach nothing and are left out; with dynamic sampling,
/// further prompts replace them. Each of a step's prompts is one tree, in which the prompt is computed once for all
/// responses. What responses are compared with (`GroupComparison`) and what is minimised (`TrainingRun.learner`) are settings.
///
/// Sources: GRPO (arXiv:2402.03300); clip-higher and dynamic sampling from DAPO (arXiv:2503.14476).
final class GroupRelativeProgram: RunProgram {
    let run: TrainingRun
    private let judge: Judge
    private let learner: any StepLearner
    private let prompts: PromptTaker
    private var normaliser: RewardNormaliser?

    init(_ context: JobContext, engine: Engine, connect: RewardConnector) throws {
        run = try TrainingRun(context, engine: engine)
        judge = try Judge(context, engine: engine, connect: connect)
        learner = try run.learner()
        prompts = try PromptTaker(run, judge, context)
        normaliser = try RewardNormaliser(context)
    }

    deinit { run.close() }

    func saveCheckpoint(into directory: URL) throws {
        try run.saveCheckpoint(into: directory)
        try prompts.saveCheckpoint(into: directory)
        try normaliser?.saveCheckpoint(into: directory)
    }

    func savePolicy(into directory: URL) throws { try run.savePolicy(into: directory) }
    func evaluate() async throws -> [String: Double] { try await run.evaluate(judge: judge) }

    // MARK: A step

    func step() async throws -> StepReport {
        var report = StepReport()
        let before = run.stream.position, begin = ContinuousClock.now
        var remark = RewardRemark()
        let (kept, drawn) = try await collect(&report, &remark)
        let groups = kept.dropped(share: run.specification.rollout.sampleDrop, &report)
        report.metrics["time/rollouts"] = (ContinuousClock.now - begin).seconds
        report.metrics.merge(GroupFigures(drawn, kept: kept.count).metrics) { $1 }
        prompts.finish(&report)
        report.metrics["reward/length_cost"] = LengthReward(run.specification).meanCost(
            drawn.flatMap(\.members).filter { $0.verdict != nil }.map { ($0.tokens.count, $0.verdict?.rawValue) })
        for group in drawn { remark.add(group.members.map(\.reward)) }
        remark.unjudged = drawn.reduce(0) { $0 + $1.unjudged }
        report.notes += remark.notes(hasLearnt: !groups.isEmpty)
        if !groups.isEmpty {
            try learner.learn(
                PolicyBatch(groups.map(PolicyTree.init), LossAggregation(run.specification)), &report,
                records: prompts.records)
        }
        run.reportSkips(since: before, &report)
        try run.finishStep()
        report.metrics["time/step"] = (ContinuousClock.now - begin).seconds
        return report
    }

    /// Draws and judges groups until enough of them teach something or no rounds are left.
    ///
    /// - Returns: Groups to train on, and all that were drawn.
    private func collect(
        _ report: inout StepReport, _ remark: inout RewardRemark
    ) async throws -> (kept: [ResponseGroup], drawn: [ResponseGroup]) {
        let wanted = run.specification.batch.promptsPerStep, sampling = run.specification.sampling
        let version = try run.stage()
        var kept: [ResponseGroup] = [], drawn: [ResponseGroup] = []
        for round in 0..<(sampling.dynamic ? sampling.maxRounds : 1) {
            let taken = try await prompts.take(wanted - kept.count, version: version, &report)
            let groups = try await respond(taken, version: version, firstIndex: drawn.count, &report, &remark)
            drawn += groups
            kept += groups.filter(\.teaches)
            if kept.count >= wanted { break }
            if sampling.dynamic, round == sampling.maxRounds - 1 {
                report.notes.append(
                    "After \(sampling.maxRounds) rounds \(kept.count) of \(wanted) groups differ in their rewards; the "
                        + "step goes on with these.")
            }
        }
        return (kept, drawn)
    }

    private func respond(
        _ taken: [PromptTaker.Taken], version: Int, firstIndex: Int, _ report: inout StepReport,
        _ remark: inout RewardRemark
    ) async throws -> [ResponseGroup] {
        let given = taken.map(\.item).filter { $0.rewarded != nil }, asked = taken.filter { $0.item.rewarded == nil }
        let open = asked.map(\.item), step = run.state.steps
        let requests = asked.enumerated().map { index, taken in
            var request = DrawRequest(
                prompt: taken.item.prompt, count: taken.share.count, seed: run.seed(step: step, firstIndex + index))
            request.temperature = taken.share.temperature.map { Float($0) }
            return request
        }
        let drawer = run.drawer(SamplingParameters(run.specification.rollout), version: version)
        let responses = try await drawer.draw(requests)
        report.metrics["tokens/generated", default: 0] += responses.tokenCount
        let questions = zip(open, responses).map { item, responses in
            responses.map { Judge.Question(item, response: $0.text) }
        }
        let judgements = try await judge.judge(
            groups: questions, job: "\(run.job)", step: step, label: "rollouts-\(firstIndex)")
        if !judgements.failure.isEmpty { remark.failure = judgements.failure }
        let comparison = GroupComparison(run.specification.loss), length = LengthReward(run.specification)
        let groups = zip(open, zip(responses, judgements.groups)).map { item, judged in
            let grades = zip(judged.0, judged.1).map { length.shaped($1, tokens: $0.rollout.tokens.count) }
            return ResponseGroup(prompt: item.prompt, responses: judged.0, grades: grades, comparison)
        }
        prompts.observe(zip(open, groups).map { PromptOutcome($0, $1) }, &report)
        let all = groups + (try feedback(given, comparison))
        return normaliser?.normalise(all, &report) ?? all
    }

    /// Groups of responses that came with rewards. Responses to the same prompt form a group; a single one is compared
    /// with the mean of all feedback rewards so far.
    private func feedback(_ items: [RecordStream.Item], _ comparison: GroupComparison) throws -> [ResponseGroup] {
        guard !items.isEmpty else { return [] }
        let byPrompt = Dictionary(grouping: items.indices) { items[$0].prompt }
        var groups: [ResponseGroup] = []
        for prompt in byPrompt.keys.sorted(by: { byPrompt[$0]![0] < byPrompt[$1]![0] }) {
            let given = try byPrompt[prompt]!.compactMap { index -> (tokens: [Int32], reward: Double)? in
                guard let (response, reward) = items[index].rewarded else { return nil }
                return (try run.prompts.response(response, to: items[index].record), reward)
            }
            groups.append(
                ResponseGroup(
                    prompt: prompt, given: given,
                    baseline: run.state.feedbackCount > 0
                        ? run.state.feedbackSum / Double(run.state.feedbackCount) : 0,
                    comparison))
            run.state.feedbackCount += given.count
            run.state.feedbackSum += given.reduce(0) { $0 + $1.reward }
        }
        let batch = PolicyBatch(groups.map(PolicyTree.init))
        let scored = try run.trainer.score(batch.trees, count: batch.count, weights: try run.trainer.weights)
        return batch.withOld(scored.logprobs, in: groups)
    }
}

extension PromptOutcome {
    fileprivate init(_ item: RecordStream.Item, _ group: ResponseGroup) {
        self.init(item, right: group.members.count { $0.verdict == .correct }, judged: group.members.count)
    }
}
