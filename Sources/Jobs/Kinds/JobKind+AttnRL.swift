extension JobKind {
    /// Rollout trees that branch where attention indicates turns in the reasoning, on prompts chosen by difficulty.
    public static let attnrl = JobKind(
        "attnrl", "learns from rewarded trees that branch where attention says reasoning turns", records: .prompts,
        traits: [.trains, .judges, .reinforces, .clips, .branches]
    ) { specification in
        specification.rollout.groupSize = 6
        specification.pipeline = .oneStepOffPolicy
        specification.loss.advantage = .globalLocal
        specification.adaptive.easyPrompts = .attentionMean
        specification.adaptive.expansion = .round
        specification.adaptive.batch = true
    }
}
