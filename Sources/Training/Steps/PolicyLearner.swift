import Basics
import Jobs
import Policy
import Sampling
import Trees

/// Trains the policy on a step's batch by a loss of tokens: computes the reference's logprobs, then does one update per
/// minibatch. Where whole rows have one ratio, a pass forward before each update tells it.
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
        var batch = batch, loss = loss
        if let control = entropyControl { loss.entropyCoefficient = control.weight }
        if let reference {
            batch.reference = try run.trainer.score(batch.trees, count: batch.count, weights: reference).logprobs
        }
        let rate = run.learningRate
        var figures = UpdateFigures(), entropy: Double?
        for part in batch.minibatches(run.specification.batch.minibatches) {
            run.trainer.clearGradients()
            let ratios = try sequenceRatios(part, of: batch), scale = 1 / part.divisor
            let result = try run.trainer.accumulate(
                Array(batch.trees[part.trees]), count: batch.count
            ) { batch.loss(loss, scale: scale, rows: $0, pulls: ratios) }
            // The linear loss is 0 where it is taken, so what the result has is divergence and entropy.
            entropy = entropy ?? result.meanEntropy
            let value = result.loss + (ratios.map { $0.loss * scale } ?? 0)
            let update = try run.update(loss: value, rate: rate, records: records, &report)
            guard update.isApplied else { break }
            figures.add(batch, part.learnt, result, loss: value, isClipped: ratios?.isClipped, update)
        }
        report.metrics.merge(figures.metrics) { $1 }
        report.metrics["policy/entropy_coefficient"] = loss.entropyCoefficient
        report.metrics["policy/entropy_learnt"] = entropy
        if let entropy { adapt(to: entropy) }
        report.metrics["learning_rate"] = rate
        report.metrics["tree_token_ratio"] = batch.treeTokenRatio
        report.metrics["time/update"] = (ContinuousClock.now - begin).seconds
    }

    /// nil if the weight of the entropy does not adapt.
    private var entropyControl: EntropyControl? {
        guard run.specification.loss.entropyTarget != nil else { return nil }
        return run.state.entropy ?? EntropyControl(start: loss.entropyCoefficient)
    }

    private func adapt(to entropy: Double) {
        guard var control = entropyControl, let target = run.specification.loss.entropyTarget else { return }
        control.observe(entropy, target: target, step: run.specification.loss.entropyStep)
        run.state.entropy = control
    }

    /// nil for losses whose tokens have ratios of their own.
    private func sequenceRatios(_ part: PolicyBatch.Part, of batch: PolicyBatch) throws -> SequenceRatios? {
        guard run.specification.loss.kind == .gspo else { return nil }
        let current = try run.trainer.score(
            Array(batch.trees[part.trees]), count: batch.count, weights: try run.trainer.weights)
        return SequenceRatios(
            batch.rows[part.trees].flatMap(\.self), of: batch, current: current.logprobs, clipLow: loss.clipLow,
            clipHigh: loss.clipHigh)
    }
}
