import Jobs
import Rewards
import Rollouts
import Sampling
import Trees

/// How often the policy solves each prompt, as far as its answers tell; shared by what chooses prompts and what
/// allocates responses, and part of the checkpoint.
final class PromptPosteriors {
    typealias Table = PromptTable<PromptPosterior>

    private(set) var table: Table
    private let specification: SamplingSpecification

    init(_ specification: SamplingSpecification, _ table: Table?) {
        self.specification = specification
        self.table = table ?? Table()
    }

    private func posterior(_ key: PromptKey) -> PromptPosterior { table[key] ?? PromptPosterior() }

    func mean(_ key: PromptKey) -> Double { posterior(key).mean(prior: specification.prior) }
    func deviation(_ key: PromptKey) -> Double { posterior(key).deviation(prior: specification.prior) }

    func observe(_ outcomes: [PromptOutcome], step: Int) {
        for outcome in outcomes where outcome.share != nil {
            var posterior = posterior(outcome.key)
            posterior.add(right: outcome.right, wrong: outcome.wrong, decay: specification.decay)
            table.set(posterior, of: outcome.key, step: step)
        }
    }

    func forgetAll() { table.removeAll() }
    func forget(before step: Int) { table.removeOld(before: step) }

    /// Has prompts answered of which nothing is known, to find out; these answers are not learnt from.
    func examine(_ items: [RecordStream.Item], _ probe: PromptProbe, _ report: inout StepReport) async throws {
        var seen: Set<PromptKey> = []
        let unknown = items.filter { table[$0.key] == nil && seen.insert($0.key).inserted }
        guard specification.preRollouts > 0, !unknown.isEmpty else { return }
        let outcomes = try await probe.outcomes(of: unknown, count: specification.preRollouts, &report)
        observe(outcomes, step: probe.run.state.steps)
    }
}

/// Has prompts answered before a step decides about them.
struct PromptProbe {
    let run: TrainingRun
    let judge: Judge
    /// The version of the weights that answers.
    let version: Int

    func outcomes(
        of items: [RecordStream.Item], count: Int, _ report: inout StepReport
    ) async throws -> [PromptOutcome] {
        let step = run.state.steps
        let requests = items.map {
            DrawRequest(prompt: $0.prompt, count: count, seed: run.seed(step: step, $0.position, for: .preRollouts))
        }
        let drawn = try await run.drawer(SamplingParameters(run.specification.rollout), version: version).draw(requests)
        report.metrics["tokens/generated", default: 0] += drawn.tokenCount
        report.metrics["tokens/examined", default: 0] += drawn.tokenCount
        let questions = zip(items, drawn).flatMap { item, responses in
            responses.map { Judge.Question(item, response: $0.text) }
        }
        let first = items.first?.position ?? 0
        let judgements = try await judge.judge(questions, job: "\(run.job)", step: step, label: "examined-\(first)")
        if !judgements.failure.isEmpty {
            report.notes.append(
                "Of the responses that tell how hard prompts are, \(judgements.answers.count { $0 == nil }) were not "
                    + "judged: \(judgements.failure). They count for nothing.")
        }
        var answers = judgements.answers[...]
        return zip(items, drawn).map { item, responses in
            let grades = answers.prefix(responses.count).compactMap(\.self)
            answers = answers.dropFirst(responses.count)
            let right = grades.count { $0.verdict == .correct }
            return PromptOutcome(item, right: right, judged: grades.count)
        }
    }
}
