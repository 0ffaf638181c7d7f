import Jobs
import ModelFiles
import Policy
import Rollouts

extension TrainingRun {
    /// Makes one update that raises the likelihood of tokens, each as much as it counts, or lowers it where that is
    /// negative:
    ///
    ///     loss = - sum over learnt tokens of s log p
    ///
    /// - Parameters:
    ///   - scales: s of each learnt token.
    ///   - records: What is learnt, for messages.
    /// - Returns: The figures of the pass before the update.
    func raiseLikelihood(
        _ trees: [TrainingTree], scales: PerToken<Double>, records: String, _ report: inout StepReport
    ) throws -> TokenFigures {
        trainer.clearGradients()
        let figures = try trainer.accumulate(trees, count: scales.count) { rows in
            TrainingLoss(.likelihood, scale: scales.gathered(rows, or: 0))
        }
        let rate = learningRate
        let update = try update(loss: figures.loss, rate: rate, records: records, &report)
        let metrics = [
            "loss": figures.loss, "gradient_norm": update.gradientNorm, "learning_rate": rate,
            "tokens": Double(trees.reduce(0) { $0 + $1.tokenCount }), "tokens_learnt": Double(scales.count),
            "policy/entropy": figures.meanEntropy,
        ]
        report.metrics.merge(metrics) { $1 }
        return figures
    }

    /// The mean, in float32 like the derivatives.
    static func meanScales(count: Int) -> PerToken<Double> {
        PerToken(repeating: Double(1 / Float(count)), count: count)
    }

    /// Says that a step had nothing to learn from.
    func noteThatNothingFits(_ count: Int, _ report: inout StepReport) {
        report.notes.append(
            "None of the \(count) sequences of this step fits the context of "
                + "\(policy.configuration.contextLength) tokens: nothing was learnt.")
    }
}
