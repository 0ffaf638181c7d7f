import Jobs
import Policy

/// Trains a policy on the trees of a step.
protocol StepLearner {
    /// - Parameter records: The records the batch was drawn for, to name in error messages.
    func learn(_ batch: PolicyBatch, _ report: inout StepReport, records: String) throws
}

extension TrainingRun {
    /// Moves the parameters along their gradients; if the loss or they are not finite, the report says so.
    ///
    /// - Parameter records: What the loss is of, for that.
    func update(loss: Double, rate: Double, records: String, _ report: inout StepReport) -> PolicyTrainer.Update {
        let update = trainer.update(learningRate: loss.isFinite ? rate : .nan)
        if update.isApplied {
            state.updates += 1
        } else {
            report.skipped = "Loss \(loss) and gradient norm \(update.gradientNorm) are not finite, with \(records)."
        }
        return update
    }
}
