extension JobKind {
    /// Supervised fine-tuning: raises the likelihood of given responses.
    public static let sft = JobKind(
        "sft", "learns given responses", records: .responses, traits: [.trains, .takesFeedback]
    ) { specification in
        specification.optimizer.learningRate = 1e-5
    }
}
