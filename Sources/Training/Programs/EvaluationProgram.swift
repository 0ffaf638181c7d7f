import Basics
import Foundation
import Jobs
import Ranks
import Rollouts
import Tasks

/// An evaluation as a job: asks one version of a policy held-out prompts, `batch.prompts_per_step` of them in each
/// step.
///
/// All steps use the weights that were served when the job began, whatever has been served since; after a restart they
/// are read from their folder again if no version of the policy has them. Prompts, seeds and metrics match those of an
/// evaluation during training (`TrainingRun.evaluate`), so the same weights give the same metrics. A checkpoint holds
/// the results so far and no weights.
final class EvaluationProgram: JobProgram {
    /// The progress of an evaluation.
    private struct State: Codable {
        var steps = 0
        /// The folder of the weights being evaluated.
        var source: String
        /// The number of prompts processed.
        var prompts = 0
        var result = EvaluationResult()
    }

    private static let stateFile = StateFile<State>("state.json")

    private let specification: JobSpecification
    private let engine: Engine
    private let policy: PolicyInfo
    private let evaluation: Evaluation
    private let version: FixedVersion
    private var state: State
    /// The weights, which gradients are computed with in the end.
    private let folder: RankFolder

    init(_ context: JobContext, engine: Engine, connect: RewardConnector) throws {
        ThreadPriority.background.apply()
        specification = context.specification
        self.engine = engine
        policy = try TrainingRun.policy(of: specification, in: engine)
        try context.ranks.agree(on: policy)
        state =
            try context.checkpoint.map { try Self.state(of: $0) }
            ?? context.ranks.told("naming the weights to evaluate") { [policy] in
                State(source: try TrainingRun.source(of: policy).path)
            }
        folder = try RankFolder(state.source, context.ranks)
        let judge = try Judge(context, engine: engine, connect: connect)
        guard
            let evaluation = try Evaluation(
                specification, job: context.job, policy, engine: engine, judge: judge, ranks: context.ranks)
        else { throw JobError.data(reason: "The job names no data.held_out to evaluate the policy on.") }
        self.evaluation = evaluation
        version = try FixedVersion(
            try TrainingRun.source(at: folder.url.path), of: policy, in: engine, sharesServed: true,
            use: "The job evaluates these weights")
    }

    private static func state(of checkpoint: Checkpoint) throws(JobError) -> State {
        let state = try stateFile.read(from: checkpoint.directory)
        guard state.steps == checkpoint.step, state.prompts == state.result.tallies.count + state.result.skipped else {
            throw .damagedCheckpoint(
                path: checkpoint.directory.path, reason: "Its state is not one of step \(checkpoint.step).")
        }
        return state
    }

    var stepsDone: Int { state.steps }
    var totalSteps: Int? { (evaluation.count + promptsPerStep - 1) / promptsPerStep }
    var isFinished: Bool { state.prompts >= evaluation.count }
    private var promptsPerStep: Int { specification.batch.promptsPerStep }

    func saveCheckpoint(into directory: URL) throws { try Self.stateFile.write(state, into: directory) }

    func step() async throws -> StepReport {
        let begin = ContinuousClock.now
        let numbers = state.prompts..<min(state.prompts + promptsPerStep, evaluation.count)
        let found = try await evaluation.result(
            of: numbers, behind: state.result.tallies.count, version: version.number, step: state.steps)
        state.result.add(found)
        state.prompts = numbers.upperBound
        state.steps += 1
        // Over all prompts so far: the current precision of the metrics tells whether it is worth waiting for the rest.
        var report = StepReport(metrics: state.result.metrics(samples: specification.evaluation.samples))
        report.metrics["tokens/generated"] = Double(found.tallies.reduce(0) { $0 + $1.tokens })
        report.metrics["time/step"] = (ContinuousClock.now - begin).seconds
        return report
    }

    func evaluate() async throws -> [String: Double] {
        guard !state.result.tallies.isEmpty else {
            throw JobError.data(
                reason: "Each of the \(state.prompts) prompts has more than \(evaluation.promptLengths.upperBound) "
                    + "tokens, or none. Raise data.max_prompt_tokens, or shorten the prompts.")
        }
        let metrics = state.result.metrics(samples: specification.evaluation.samples)
        guard specification.evaluation.gradientPrompts > 0 else { return metrics }
        // The same responses once more, so that no gradients have to be kept in checkpoints.
        let probe = try GradientProbe(
            specification, policy, engine, folder: try TrainingRun.source(at: folder.url.path))
        let found = try await evaluation.gradientMetrics(probe, version: version.number, step: state.steps)
        return metrics.merging(found) { $1 }
    }
}
