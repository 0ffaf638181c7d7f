extension JobKind {
    /// Evaluation: measures how well one version of the policy answers held-out prompts.
    ///
    /// It uses held-out data, not training data: it measures what an evaluation during training would, and for a
    /// built-in task no job has trained on these examples.
    public static let evaluate = JobKind(
        "evaluate", "measures how well the policy answers held-out prompts, and trains nothing", records: .heldOut,
        traits: [.judges]
    ) { specification in
        specification.batch.promptsPerStep = 32
        // A step is far more expensive to sample than its few counts are to save.
        specification.checkpoints.everySteps = 1
    }
}
