import Basics
import Foundation
import Influence
import Jobs
import ModelFiles
import Policy
import Rollouts
import Sampling
import Tasks

/// Action abstraction: finds short thinks before the steps of given responses that make these steps likelier, and learns
/// the responses with them, by expectation and maximisation.
///
/// Every step takes records of its own and decides before each step of their responses whether to think, and what
/// (`LatentDrawer`). Then it does one of two things, `e_steps` and `m_steps` times in turn:
///
/// - Expectation: the thinks of every group are learnt by their advantages, `latentAdvantages`:
///
///       loss = - mean over tokens of thinks of w A log p(token | those before it)
///
/// - Maximisation: the responses are learnt with the thinks that went on, as supervised fine-tuning does.
///
/// Draws follow from the job's seed, its step and the place, and nothing is kept between steps but the policy.
///
/// Source: RA3, "Reasoning as Action Abstractions" (arXiv:2509.25810), known here from others' notes of it. Departures
/// are those of `latentAdvantages` and `latentPosterior`, and thinks that are forced (`abstraction.explore`, with
/// `latentWeight`).
final class AbstractionProgram: RunProgram {
    let run: TrainingRun
    private let marks: LatentMarks

    private var settings: AbstractionSpecification { run.specification.abstraction }

    init(_ context: JobContext, engine: Engine) throws {
        run = try TrainingRun(context, engine: engine)
        marks = try LatentMarks(run.specification.abstraction, run.policy)
    }

    deinit { run.close() }

    func saveCheckpoint(into directory: URL) throws { try run.saveCheckpoint(into: directory) }
    func savePolicy(into directory: URL) throws { try run.savePolicy(into: directory) }

    // MARK: A step

    /// Whether the next step is one of expectation.
    private var isExpectation: Bool {
        let (e, m) = (settings.expectationSteps, settings.maximisationSteps)
        return settings.thinks && run.state.steps % (e + m) < e
    }

    func step() async throws -> StepReport {
        var report = StepReport()
        let begin = ContinuousClock.now, before = run.stream.position
        let items = try run.stream.next(run.specification.batch.sequencesPerStep)
        let traces = try items.compactMap(trace)
        let records = RecordStream.name(before.records..<run.stream.position.records)
        if traces.isEmpty {
            run.noteThatNothingFits(items.count, &report)
        } else {
            let annotated = try await annotate(traces, &report)
            report.metrics["time/rollouts"] = (ContinuousClock.now - begin).seconds
            if isExpectation {
                try learnThinks(of: annotated, records, &report)
            } else {
                try learnResponses(annotated, records, &report)
            }
        }
        run.reportAugmented(items, &report)
        run.reportSkips(since: before, &report)
        try run.finishStep()
        report.metrics["time/step"] = (ContinuousClock.now - begin).seconds
        return report
    }

    /// A record's response in steps; nil, and counted, for one that does not fit.
    private func trace(_ item: RecordStream.Item) throws -> SolutionTrace? {
        guard let trace = try trace(item.record, prompt: item.prompt) else {
            run.stream.skip()
            return nil
        }
        return trace
    }

    private func trace(_ record: DataRecord, prompt: [Int32]) throws -> SolutionTrace? {
        guard let text = record.response else { return nil }
        let response = try run.prompts.response(text, to: record)
        guard !response.isEmpty, prompt.count + response.count <= run.longestSequence else { return nil }
        // Checked with the specification.
        let separator = try settings.separator.separator(text: settings.separatorText)
        return SolutionTrace(prompt: prompt, response: response, separator: separator, run.policy)
    }

    private func annotate(_ traces: [SolutionTrace], _ report: inout StepReport) async throws -> [AnnotatedTrace] {
        guard settings.thinks else { return traces.map(AnnotatedTrace.init(plain:)) }
        let drawer = LatentDrawer(
            run, marks, version: try run.stage(), LatentDrawer.Group(settings), seedStep: run.state.steps)
        let (annotated, drawnTokens) = try await drawer.annotate(traces)
        report.metrics["tokens/generated"] = Double(drawnTokens)
        report.metrics.merge(LatentFigures(annotated).metrics) { $1 }
        return annotated
    }

    private func learnThinks(of traces: [AnnotatedTrace], _ records: String, _ report: inout StepReport) throws {
        var trees: [TrainingTree] = [], advantages: [Double] = []
        for trace in traces {
            let (tree, found) = trace.thinkTree(first: LearntToken(advantages.count))
            guard !found.isEmpty else { continue }
            trees.append(tree)
            advantages += found
        }
        guard !advantages.isEmpty else { return }
        let scales = PerToken(advantages.map { $0 / Double(advantages.count) })
        _ = try run.raiseLikelihood(trees, scales: scales, records: records, &report)
    }

    private func learnResponses(_ traces: [AnnotatedTrace], _ records: String, _ report: inout StepReport) throws {
        var trees: [TrainingTree] = [], isStep: [Bool] = []
        for trace in traces {
            let (tree, steps) = trace.responseTree(
                first: LearntToken(isStep.count), learnsPrompt: run.specification.data.trainOnPrompt)
            trees.append(tree)
            isStep += steps
        }
        let before = try run.raiseLikelihood(
            trees, scales: TrainingRun.meanScales(count: isStep.count), records: records, &report)
        let after = try run.trainer.score(trees, count: isStep.count, weights: try run.trainer.weights)
        for (name, figures) in [("before", before), ("after", after)] {
            report.metrics["steps/cross_entropy_\(name)"] = crossEntropy(figures.logprobs, where: isStep)
        }
    }

    private func crossEntropy(_ logprobs: PerToken<Float>, where isStep: [Bool]) -> Double {
        let steps = zip(logprobs.values, isStep).filter(\.1)
        return -steps.reduce(0) { $0 + Double($1.0) } / Double(max(steps.count, 1))
    }

    // MARK: Held-out data

    /// How well held-out prompts are answered, thinks left out, and how likely the steps of held-out responses are: as they
    /// stand, and behind what the policy itself decides to think before them.
    func evaluate() async throws -> [String: Double] {
        try await run.evaluate().merging(try await crossEntropies()) { $1 }
    }

    private func crossEntropies() async throws -> [String: Double] {
        let traces = try heldOut()
        guard !traces.isEmpty else { return [:] }
        let version = try run.stage()
        let scores = try await run.drawer(SamplingParameters(), version: version).score(
            traces.map { ScoreRequest(prompt: $0.prompt, tokens: $0.steps.flatMap(\.self)) })
        let logprobs = scores.flatMap(\.self)
        var metrics = [
            "eval/traces": Double(traces.count),
            "eval/plain_cross_entropy": -logprobs.reduce(0) { $0 + Double($1) } / Double(logprobs.count),
        ]
        guard settings.thinks else { return metrics }
        // No step has this number.
        let drawer = LatentDrawer(run, marks, version: version, .own, seedStep: .max)
        let figures = LatentFigures(try await drawer.annotate(traces).traces)
        metrics["eval/steps_cross_entropy"] = figures.crossEntropy
        metrics["eval/think_rate"] = figures.rate
        metrics["eval/think_tokens"] = figures.length
        return metrics
    }

    /// The responses of held-out records that have one and fit.
    private func heldOut() throws -> [SolutionTrace] {
        guard let data = try TrainingData.heldOut(run.specification)?.dataset() else { return [] }
        let lengths = run.specification.data.promptLengths(contextLength: run.policy.configuration.contextLength)
        return try (0..<min(run.specification.evaluation.prompts, data.count ?? .max)).compactMap { number in
            try Task.checkCancellation()
            let record = try data.record(at: number), prompt = try run.prompts.tokens(record)
            return lengths.contains(prompt.count) ? try trace(record, prompt: prompt) : nil
        }
    }
}
