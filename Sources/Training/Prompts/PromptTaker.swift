import Foundation
import Jobs

/// Takes the prompts of a job's steps, and says how each is answered first: a choice of prompts and an allocation of
/// responses, with what both learn from the answers.
///
/// Programs of all kinds that learn from rewards take their prompts here, and tell it how the first responses to each
/// turned out, those that are drawn from the prompt itself.
final class PromptTaker {
    /// A prompt that a step takes.
    struct Taken {
        let item: RecordStream.Item
        let share: RolloutShare
    }

    /// What is known of prompts, as checkpoints keep it.
    private struct State: Codable {
        var posteriors: PromptPosteriors.Table?
        var variances: PromptPosteriors.Variances?
        var pool: PosteriorPrompts.State?
        var abilities: EstimatedAbilityAllocation.State?
        var scaffold: ScaffoldedPrompts.State?

        static let file = StateFile<Self>("prompts.json")
    }

    private let run: TrainingRun
    private let judge: Judge
    private let posteriors: PromptPosteriors?
    private let choice: any PromptChoice
    private let allocation: any RolloutAllocation
    /// The records of the data that a step took, for messages.
    private var taken = (step: -1, records: 0..<0)

    init(_ run: TrainingRun, _ judge: Judge, _ context: JobContext) throws {
        self.run = run
        self.judge = judge
        let specification = context.specification
        let state =
            specification.remembersPrompts
            ? try context.checkpoint.map { try State.file.read(from: $0.directory) } : nil
        let posteriors =
            specification.hasPosteriors
            ? PromptPosteriors(specification, state?.posteriors, state?.variances) : nil
        self.posteriors = posteriors
        choice =
            switch (specification.sampling.prompts, posteriors) {
            case _ where specification.curriculum.kind == .hintScaffold:
                ScaffoldedPrompts(run, state?.scaffold, note: context.note)
            case (.cures, let posteriors?):
                PosteriorPrompts(run, posteriors, state?.pool, note: context.note)
            default: PromptsInOrder(run)
            }
        allocation =
            switch (specification.rollout.allocation, posteriors) {
            case (.cures, let posteriors?), (.curesGradient, let posteriors?):
                PosteriorAllocation(specification, posteriors)
            case (.esrl, _): EstimatedAbilityAllocation(specification.rollout, state?.abilities)
            default: UniformAllocation(specification.rollout)
            }
    }

    func saveCheckpoint(into directory: URL) throws {
        guard run.specification.remembersPrompts else { return }
        let state = State(
            posteriors: posteriors?.table, variances: posteriors?.variances, pool: (choice as? PosteriorPrompts)?.state,
            abilities: (allocation as? EstimatedAbilityAllocation)?.state,
            scaffold: (choice as? ScaffoldedPrompts)?.state)
        try State.file.write(state, into: directory)
    }

    /// The next prompts, feedback first.
    ///
    /// - Parameter version: The version of the weights that answers them.
    func take(_ count: Int, version: Int, _ report: inout StepReport) async throws -> [Taken] {
        let given = try run.stream.takeFeedback(count)
        let probe = PromptProbe(run: run, judge: judge, version: version)
        let chosen = try await choice.next(count - given.count, probe, &report), items = given + chosen
        note(chosen)
        // Only these are answered: others came with their response.
        let open = items.filter { $0.rewarded == nil }
        let shares = try await allocation.shares(of: open, probe, &report)
        add(shares, &report)
        var rest = shares[...]
        return items.map { item in
            Taken(item: item, share: item.rewarded == nil ? rest.removeFirst() : RolloutShare(count: 0))
        }
    }

    /// Learns from how the first responses to prompts turned out.
    func observe(_ outcomes: [PromptOutcome], _ report: inout StepReport) {
        choice.observe(outcomes, &report)
        posteriors?.observe(outcomes, step: run.state.steps)
        allocation.observe(outcomes, step: run.state.steps)
    }

    private func note(_ chosen: [RecordStream.Item]) {
        if taken.step != run.state.steps { taken = (run.state.steps, 0..<0) }
        let before = taken.records.isEmpty ? [] : [taken.records.lowerBound, taken.records.upperBound - 1]
        let positions = before + chosen.map(\.position)
        if let first = positions.min(), let last = positions.max() { taken.records = first..<last + 1 }
    }

    /// Names the records of the data that the current step took.
    var records: String { RecordStream.name(taken.records) }

    /// Estimates what the allocation saved of a step's tokens, once its responses are known.
    func finish(_ report: inout StepReport) {
        guard let saved = report.metrics["rollouts/saved"], let tokens = report.metrics["response/tokens"] else {
            return
        }
        report.metrics["tokens/saved"] = saved * tokens
    }

    /// Figures of the responses that a step's prompts are given; none for an allocation that gives all the same.
    private func add(_ shares: [RolloutShare], _ report: inout StepReport) {
        guard run.specification.rollout.allocation != .uniform, !shares.isEmpty else { return }
        let counts = shares.map { Double($0.count) }, uniform = run.specification.rollout.groupSize * shares.count
        report.metrics["rollouts/least"] = min(report.metrics["rollouts/least"] ?? .infinity, counts.min() ?? 0)
        report.metrics["rollouts/most"] = max(report.metrics["rollouts/most"] ?? 0, counts.max() ?? 0)
        report.metrics["rollouts/saved", default: 0] += Double(uniform) - counts.reduce(0, +)
    }
}

extension JobSpecification {
    /// Whether the job keeps how often each prompt is solved.
    fileprivate var hasPosteriors: Bool { sampling.prompts == .cures || rollout.allocation.usesPosteriors }

    /// Whether checkpoints have something to say about prompts.
    fileprivate var remembersPrompts: Bool { hasPosteriors || rollout.allocation == .esrl || curriculum.kind != .none }
}
