import Jobs
import Rewards
import Rollouts
import Sampling
import Trees

/// How often the policy solves each prompt, as far as its answers tell; shared by what chooses prompts and what
/// allocates responses, and part of the checkpoint.
final class PromptPosteriors {
    typealias Table = PromptTable<PromptPosterior>

    typealias Variances = PromptTable<GradientVariance>

    private(set) var table: Table
    /// Of the gradients of the answers that prompts were examined with; nil if they are not looked at.
    private(set) var variances: Variances?
    private let specification: SamplingSpecification

    init(_ specification: JobSpecification, _ table: Table?, _ variances: Variances?) {
        self.specification = specification.sampling
        self.table = table ?? Table()
        self.variances = specification.rollout.allocation == .curesGradient ? variances ?? Variances() : nil
    }

    private func posterior(_ key: PromptKey) -> PromptPosterior { table[key] ?? PromptPosterior() }

    func mean(_ key: PromptKey) -> Double { posterior(key).mean(prior: specification.prior) }
    func deviation(_ key: PromptKey) -> Double { posterior(key).deviation(prior: specification.prior) }

    /// The deviation of what a prompt's responses are worth to the estimate of the gradient.
    func gradientDeviation(_ key: PromptKey) -> Double {
        let p = mean(key)
        return variances?[key]?.value(p).squareRoot() ?? rewardDeviation(p)
    }

    func observe(_ outcomes: [PromptOutcome], step: Int) {
        for outcome in outcomes where outcome.share != nil {
            var posterior = posterior(outcome.key)
            posterior.add(right: outcome.right, wrong: outcome.wrong, decay: specification.decay)
            table.set(posterior, of: outcome.key, step: step)
        }
    }

    func forgetAll() {
        table.removeAll()
        variances?.removeAll()
    }

    func forget(before step: Int) {
        table.removeOld(before: step)
        variances?.removeOld(before: step)
    }

    /// Has prompts answered of which nothing is known, to find out; these answers are not learnt from.
    func examine(_ items: [RecordStream.Item], _ probe: PromptProbe, _ report: inout StepReport) async throws {
        var seen: Set<PromptKey> = []
        let unknown = items.filter { table[$0.key] == nil && seen.insert($0.key).inserted }
        guard specification.preRollouts > 0, !unknown.isEmpty else { return }
        let step = probe.run.state.steps
        var found: [(key: PromptKey, variance: GradientVariance)] = []
        let looksAtGradients = variances != nil
        let outcomes = try await probe.outcomes(of: unknown, count: specification.preRollouts, &report) {
            item, answers in
            guard looksAtGradients else { return }
            var sums = GradientVariance.Sums()
            for (response, isRight) in answers {
                sums.add(try probe.run.headGradient(of: response, to: item.prompt), isRight: isRight)
            }
            found.append((item.key, sums.variance))
        }
        observe(outcomes, step: step)
        for (key, variance) in found { variances?.set(variance, of: key, step: step) }
    }
}

/// Has prompts answered before a step decides about them.
struct PromptProbe {
    let run: TrainingRun
    let judge: Judge
    /// The version of the weights that answers.
    let version: Int

    /// - Parameter look: Shown the judged answers to each prompt, with whether they are right.
    func outcomes(
        of items: [RecordStream.Item], count: Int, _ report: inout StepReport,
        look: (RecordStream.Item, [(response: [Int32], isRight: Bool)]) throws -> Void = { _, _ in }
    ) async throws -> [PromptOutcome] {
        let step = run.state.steps
        let requests = items.map {
            DrawRequest(prompt: $0.prompt, count: count, seed: run.seed(step: step, $0.position, for: .preRollouts))
        }
        let drawn = try await run.drawer(SamplingParameters(run.specification.rollout), version: version).draw(requests)
        report.metrics["tokens/generated", default: 0] += drawn.tokenCount
        report.metrics["tokens/examined", default: 0] += drawn.tokenCount
        let questions = zip(items, drawn).map { item, responses in
            responses.map { Judge.Question(item, response: $0.text) }
        }
        let first = items.first?.position ?? 0
        let judgements = try await judge.judge(
            groups: questions, job: "\(run.job)", step: step, label: "examined-\(first)")
        if !judgements.failure.isEmpty {
            report.notes.append(
                "Of the responses that tell how hard prompts are, \(judgements.unjudged) were not judged: "
                    + " \(judgements.failure). They count for nothing.")
        }
        return try zip(items, zip(drawn, judgements.groups)).map { item, answered in
            try Task.checkCancellation()
            let judged = zip(answered.0, answered.1).compactMap { response, grade in
                grade.map { (response: response.rollout.tokens, isRight: $0.verdict == .correct) }
            }
            try look(item, judged)
            return PromptOutcome(item, right: judged.count { $0.isRight }, judged: judged.count)
        }
    }
}
