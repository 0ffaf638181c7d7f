import Basics
import Jobs
import Policy
import Sampling

/// Trains a policy on the trees of a step.
protocol StepLearner {
    /// - Parameter records: The records the batch was drawn for, to name in error messages.
    func learn(_ batch: PolicyBatch, _ report: inout StepReport, records: String) throws
}

extension TrainingRun {
    /// What learns as the specification says.
    func learner() throws -> any StepLearner {
        if specification.kind.has(.regresses) { return AdvantageRegression(self) }
        return specification.loss.kind == .dpo ? try PreferenceLearner(self) : try PolicyLearner(self)
    }

    /// Moves the parameters along their gradients; if the loss or they are not finite, the report says so.
    ///
    /// - Parameter records: What the loss is of, for that.
    func update(loss: Double, rate: Double, records: String, _ report: inout StepReport) throws -> PolicyTrainer.Update
    {
        let update = try trainer.update(learningRate: loss.isFinite ? rate : .nan)
        if update.isApplied {
            state.updates += 1
        } else {
            report.skipped = "Loss \(loss) and gradient norm \(update.gradientNorm) are not finite, with \(records)."
        }
        return update
    }

    /// A loss whose derivatives a pass forward tells: how much each token's likelihood counts.
    struct FittedLoss {
        /// -d loss / d log p of each token.
        let scales: PerToken<Double>
        let loss: Double
        /// Called once the update that learns it was made.
        let onUpdate: () -> Void
    }

    /// Makes a step's updates by a loss that is not a sum over tokens: a pass forward gives its derivatives, and with them
    /// the gradient is that of a likelihood.
    ///
    /// - Parameter fit: The loss of an update's part of the batch, given each token's logprob under the weights so far.
    func learnLikelihoods(
        _ batch: PolicyBatch, _ report: inout StepReport, records: String,
        fit: (_ part: PolicyBatch.Part, _ current: PerToken<Float>) -> FittedLoss
    ) throws {
        let begin = ContinuousClock.now, rate = learningRate
        var norms: [Double] = []
        for part in batch.minibatches(specification.batch.minibatches) {
            let trees = Array(batch.trees[part.trees])
            let fit = fit(part, try trainer.score(trees, count: batch.count, weights: try trainer.weights).logprobs)
            trainer.clearGradients()
            let result = try trainer.accumulate(trees, count: batch.count) { rows in
                TrainingLoss(.likelihood, scale: fit.scales.gathered(rows, or: 0))
            }
            let loss = result.loss.isFinite ? fit.loss : result.loss
            let update = try update(loss: loss, rate: rate, records: records, &report)
            guard update.isApplied else { break }
            fit.onUpdate()
            norms.append(update.gradientNorm)
        }
        report.metrics["gradient_norm"] = norms.mean { $0 }
        report.metrics["updates"] = Double(norms.count)
        report.metrics["learning_rate"] = rate
        report.metrics["tokens_learnt"] = Double(batch.count)
        report.metrics["tree_token_ratio"] = batch.treeTokenRatio
        report.metrics["time/update"] = (ContinuousClock.now - begin).seconds
    }
}
