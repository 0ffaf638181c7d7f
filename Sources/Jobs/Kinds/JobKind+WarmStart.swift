extension JobKind {
    /// A warm start for later reinforcement: fine-tuning on right responses that are far apart.
    public static let warmStart = JobKind(
        "warm_start", "learns its own right responses to several templates, those that lie farthest apart",
        records: .prompts, traits: [.trains, .judges, .reinforces, .curates]
    ) { specification in
        specification.rollout.groupSize = 4
        specification.optimizer.learningRate = 1e-5
    }
}
