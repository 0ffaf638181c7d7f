import Basics
import Foundation
import Jobs
import ModelFiles
import Policy
import Rollouts
import Tasks

/// Supervised fine-tuning: raises the likelihood of given responses.
///
///     loss = - mean over learnt tokens of log p(token | those before it)
///
/// The learnt tokens are those of the responses, the token that ends each, and, if requested, those of the prompts.
final class SupervisedProgram: RunProgram {
    let run: TrainingRun

    init(_ context: JobContext, engine: Engine) throws { run = try TrainingRun(context, engine: engine) }

    deinit { run.close() }

    func saveCheckpoint(into directory: URL) throws { try run.saveCheckpoint(into: directory) }
    func savePolicy(into directory: URL) throws { try run.savePolicy(into: directory) }
    func evaluate() async throws -> [String: Double] { try await run.evaluate() }

    func step() async throws -> StepReport {
        let begin = ContinuousClock.now
        let before = run.stream.position
        let items = try run.stream.next(run.specification.batch.sequencesPerStep)
        let (trees, learnt) = try trees(items)
        var report = StepReport()
        guard learnt > 0 else {
            run.noteThatNothingFits(items.count, &report)
            run.reportSkips(since: before, &report)
            try run.finishStep()
            return report
        }
        _ = try run.raiseLikelihood(
            trees, scales: TrainingRun.meanScales(count: learnt),
            records: RecordStream.name(before.records..<run.stream.position.records), &report)
        run.reportAugmented(items, &report)
        run.reportSkips(since: before, &report)
        try run.finishStep()
        report.metrics["time/step"] = (ContinuousClock.now - begin).seconds
        return report
    }

    private func trees(_ items: [RecordStream.Item]) throws -> ([TrainingTree], count: Int) {
        var trees: [TrainingTree] = []
        var count = 0
        let learnsPrompt = run.specification.data.trainOnPrompt
        for item in items {
            // The data was opened as requiring a response.
            let response = try run.prompts.response(item.record.response ?? "", to: item.record)
            guard item.prompt.count + response.count <= run.policy.configuration.contextLength else {
                run.stream.skip()
                continue
            }
            var tree = TokenTree(item.prompt)
            let leaf = tree.add(response, to: 0)
            trees.append(TrainingTree(tree, first: LearntToken(count)) { $0 == leaf || learnsPrompt })
            // Nothing predicts the first token of a sequence.
            count += response.count + (learnsPrompt ? item.prompt.count : 0)
        }
        return (trees, count)
    }
}
