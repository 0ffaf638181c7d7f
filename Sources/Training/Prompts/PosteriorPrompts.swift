import Jobs

/// Prompts drawn with replacement from a pool, those of middle difficulty more often (`promptProbabilities`).
///
/// A pool is the next `sampling.pool` records of the data. Each of its prompts is answered `sampling.pre_rollouts` times;
/// what the policy answers in steps then sharpens what is known of it. After `sampling.refresh_steps` steps another pool
/// takes its place, and what was known is forgotten: the policy has moved on.
///
/// Source: CurES (arXiv:2510.01037), which cuts the data into 15 such pools, each for 10 steps.
final class PosteriorPrompts: PromptChoice {
    /// What is kept of a pool; its prompts are read from the data again.
    struct State: Codable {
        var places: [PromptPlace] = []
        /// The step that the pool was made in.
        var begun = 0
        /// Prompts drawn so far, which numbers the draws.
        var drawn = 0
    }

    private let run: TrainingRun
    private let posteriors: PromptPosteriors
    private(set) var state: State
    private var pool: [RecordStream.Item]
    /// How often a prompt of each fifth of [0, 1] was drawn in this step, by how often it is solved.
    private var histogram = [Int](repeating: 0, count: 5)
    private var histogramStep = -1

    private var specification: SamplingSpecification { run.specification.sampling }

    /// - Parameter note: Told of prompts that are no longer in the data.
    init(_ run: TrainingRun, _ posteriors: PromptPosteriors, _ state: State?, note: (String) -> Void) {
        self.run = run
        self.posteriors = posteriors
        self.state = state ?? State()
        pool = run.items(at: self.state.places, note: note).compactMap(\.self)
        self.state.places = pool.map(PromptPlace.init)
    }

    func next(
        _ count: Int, _ probe: PromptProbe, _ report: inout StepReport
    ) async throws -> [RecordStream.Item] {
        let step = run.state.steps
        if pool.isEmpty || step - state.begun >= specification.refreshSteps {
            try refill()
            try await posteriors.examine(pool, probe, &report)
        }
        if histogramStep != step {
            histogram = Array(repeating: 0, count: histogram.count)
            histogramStep = step
        }
        let means = pool.map { posteriors.mean($0.key) }
        let probabilities = promptProbabilities(means, tau: specification.tau)
        let chosen = (0..<count).map { _ in
            // A seed is a whole number below 2^53.
            let uniform = Double(run.seed(step: 0, state.drawn, for: .prompts)) * 0x1p-53
            state.drawn += 1
            let index = drawnIndex(from: probabilities, by: uniform)
            histogram[min(Int(means[index] * Double(histogram.count)), histogram.count - 1)] += 1
            return pool[index]
        }
        report.metrics.merge(metrics(means)) { $1 }
        return chosen
    }

    private func refill() throws {
        let wanted = specification.pool ?? 4 * run.specification.batch.promptsPerStep
        var seen: Set<PromptKey> = []
        pool = try run.stream.nextFromData(min(wanted, run.stream.epochLength ?? wanted)).filter {
            seen.insert($0.key).inserted
        }
        state.places = pool.map(PromptPlace.init)
        state.begun = run.state.steps
        posteriors.forgetAll()
    }

    /// What was known of the pool, and how often prompts of each fifth of [0, 1] were drawn in this step.
    private func metrics(_ means: [Double]) -> [String: Double] {
        var metrics = ["prompts/pool": Double(pool.count)]
        metrics["prompts/solved"] = means.mean { $0 }
        metrics["prompts/uncertainty"] = pool.mean { posteriors.deviation($0.key) }
        if let mean = means.mean({ $0 }) {
            metrics["prompts/spread"] = means.mean { ($0 - mean) * ($0 - mean) }?.squareRoot()
        }
        let total = histogram.reduce(0, +)
        guard total > 0 else { return metrics }
        for (fifth, count) in histogram.enumerated() {
            metrics["prompts/drawn_\(20 * fifth)_to_\(20 * fifth + 20)"] = Double(count) / Double(total)
        }
        return metrics
    }
}
