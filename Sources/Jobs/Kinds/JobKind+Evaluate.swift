extension JobKind {
    /// Evaluation: measures how well one version of the policy answers held-out prompts.
    ///
    /// Held-out and not training data: what it finds is what an evaluation in training would, and of a built-in task no
    /// job has trained on these examples.
    public static let evaluate = JobKind(
        "evaluate", "measures how well the policy answers held-out prompts, and trains nothing", records: .heldOut,
        traits: [.judges]
    ) { specification in
        specification.batch.promptsPerStep = 32
        // What a step costs to draw is far more than its few counts cost to save.
        specification.checkpoints.everySteps = 1
    }
}
