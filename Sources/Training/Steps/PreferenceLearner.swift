import Basics
import Jobs
import Policy
import Sampling

/// Trains the policy on pairs of better and worse responses; see `PreferenceLoss`.
struct PreferenceLearner: StepLearner {
    private let run: TrainingRun
    private let beta: Double
    /// The weights that the job began with.
    private let reference: any PolicyWeights

    init(_ run: TrainingRun) throws {
        self.run = run
        beta = run.specification.loss.usedBeta
        reference = try run.firstWeights()
    }

    func learn(_ batch: PolicyBatch, _ report: inout StepReport, records: String) throws {
        let first = try run.trainer.score(batch.trees, count: batch.count, weights: reference).logprobs
        var sums = PreferenceLoss.Sums()
        try run.learnLikelihoods(batch, &report, records: records) { part, current in
            let fit = PreferenceLoss(
                Array(batch.learntNodes[part.trees]), count: batch.count, current: current, reference: first, beta: beta
            )
            return .init(scales: fit.scales, loss: fit.loss) { sums += fit.sums }
        }
        report.metrics.merge(sums.metrics) { $1 }
        if sums.pairs == 0 {
            report.notes.append(
                "Nothing was learnt in this step: no two of its responses to one prompt differ in reward. More responses to "
                    + "each, easier or harder prompts, or a smaller rollout.sample_drop would help.")
        }
    }
}
