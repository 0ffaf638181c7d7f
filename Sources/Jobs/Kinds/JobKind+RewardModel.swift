extension JobKind {
    /// A reward that is linear in hidden states, fitted to comparisons.
    public static let rewardModel = JobKind(
        "reward_model", "fits a linear reward to pairs of responses of which one was preferred, and trains no policy",
        records: .pairs, traits: [.fits]
    ) { specification in
        specification.batch.promptsPerStep = 32
        // A checkpoint writes the states since the one before, but sums up those of all.
        specification.checkpoints.everySteps = 10
    }
}
