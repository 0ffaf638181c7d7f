import Basics
import Jobs
import Policy
import Sampling
import Trees

/// Trains the policy on a step's batch: computes the reference's logprobs, then does one update per minibatch.
struct PolicyLearner: StepLearner {
    private let run: TrainingRun
    private let loss: PolicyLoss
    /// The weights the divergence is taken from; nil if the divergence has zero weight.
    private let reference: (any PolicyWeights)?

    init(_ run: TrainingRun) throws {
        self.run = run
        loss = PolicyLoss(run.specification.loss)
        reference = try loss.klCoefficient > 0 ? run.firstWeights() : nil
    }

    func learn(_ batch: PolicyBatch, _ report: inout StepReport, records: String) throws {
        let begin = ContinuousClock.now
        var batch = batch
        if let reference {
            batch.reference = try run.trainer.score(batch.trees, count: batch.count, weights: reference).logprobs
        }
        let rate = run.learningRate
        var figures = UpdateFigures()
        for part in batch.minibatches(run.specification.batch.minibatches) {
            run.trainer.clearGradients()
            let result = try run.trainer.accumulate(
                Array(batch.trees[part.trees]), count: batch.count
            ) { batch.loss(loss, scale: 1 / part.weight, rows: $0) }
            let update = run.update(loss: result.loss, rate: rate, records: records, &report)
            guard update.isApplied else { break }
            figures.add(batch, part.learnt, result, update)
        }
        report.metrics.merge(figures.metrics) { $1 }
        report.metrics["learning_rate"] = rate
        report.metrics["tree_token_ratio"] = batch.treeTokenRatio
        report.metrics["time/update"] = (ContinuousClock.now - begin).seconds
    }
}
