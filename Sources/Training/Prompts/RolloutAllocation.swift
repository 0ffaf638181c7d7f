import Jobs

/// How a prompt is answered first.
struct RolloutShare: Sendable, Equatable {
    /// The number of responses.
    let count: Int
    /// nil for the job's own.
    var temperature: Double?
}

/// How many responses each prompt of a step is given first.
protocol RolloutAllocation: AnyObject {
    /// - Parameter probe: Answers prompts where the allocation depends on how hard they are.
    func shares(
        of items: [RecordStream.Item], _ probe: PromptProbe, _ report: inout StepReport
    ) async throws -> [RolloutShare]

    /// Learns from how a step's responses turned out.
    func observe(_ outcomes: [PromptOutcome], step: Int)
}

/// `rollout.group_size` for every prompt.
final class UniformAllocation: RolloutAllocation {
    private let count: Int

    init(_ specification: RolloutSpecification) { count = specification.groupSize }

    func shares(
        of items: [RecordStream.Item], _ probe: PromptProbe, _ report: inout StepReport
    ) async throws -> [RolloutShare] { items.map { _ in RolloutShare(count: count) } }

    func observe(_ outcomes: [PromptOutcome], step: Int) {}
}

/// More for prompts whose rewards differ more (`allocatedRollouts`); as many in all as the uniform allocation has.
final class PosteriorAllocation: RolloutAllocation {
    private let specification: JobSpecification
    private let posteriors: PromptPosteriors

    init(_ specification: JobSpecification, _ posteriors: PromptPosteriors) {
        self.specification = specification
        self.posteriors = posteriors
    }

    func shares(
        of items: [RecordStream.Item], _ probe: PromptProbe, _ report: inout StepReport
    ) async throws -> [RolloutShare] {
        if specification.sampling.prompts != .cures {
            // A pool is renewed as a whole. Without one, what has grown old is forgotten prompt by prompt.
            posteriors.forget(before: probe.run.state.steps - specification.sampling.refreshSteps)
        }
        try await posteriors.examine(items, probe, &report)
        let counts = allocatedRollouts(
            budget: specification.rollout.groupSize * items.count,
            deviations: items.map { posteriors.gradientDeviation($0.key) },
            bounds: specification.rollout.allocationBounds)
        return counts.map { RolloutShare(count: $0) }
    }

    /// `PromptTaker` tells the posteriors, which may belong to the choice of prompts as well.
    func observe(_ outcomes: [PromptOutcome], step: Int) {}
}

/// Fewer for prompts that the policy does well on (`AbilityAllocation`).
final class EstimatedAbilityAllocation: RolloutAllocation {
    struct State: Codable {
        var overall = RunningMean()
        var abilities = PromptTable<RunningMean>()
    }

    private let rule: AbilityAllocation
    private let smoothing: Double
    private(set) var state: State

    init(_ specification: RolloutSpecification, _ state: State?) {
        rule = AbilityAllocation(
            bounds: specification.allocationBounds, temperatures: specification.abilityTemperatures)
        smoothing = specification.abilitySmoothing
        self.state = state ?? State()
    }

    func shares(
        of items: [RecordStream.Item], _ probe: PromptProbe, _ report: inout StepReport
    ) async throws -> [RolloutShare] {
        let abilities = items.map { state.abilities[$0.key]?.value ?? state.overall.value ?? 0 }
        report.metrics["rollouts/ability"] = abilities.mean { $0 }
        return abilities.map {
            RolloutShare(count: rule.count(ability: $0), temperature: rule.temperature(ability: $0))
        }
    }

    func observe(_ outcomes: [PromptOutcome], step: Int) {
        for outcome in outcomes {
            guard let share = outcome.share else { continue }
            var ability = state.abilities[outcome.key] ?? RunningMean()
            ability.add(share, smoothing: smoothing)
            state.abilities.set(ability, of: outcome.key, step: step)
        }
        if let share = outcomes.compactMap(\.share).mean({ $0 }) { state.overall.add(share, smoothing: smoothing) }
        state.abilities.removeOld()
    }
}
