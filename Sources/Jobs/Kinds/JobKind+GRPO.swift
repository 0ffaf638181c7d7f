extension JobKind {
    /// Group relative policy optimisation: raises the likelihood of what was rewarded above its group's mean.
    public static let grpo = JobKind(
        "grpo", "learns from groups of rewarded responses", records: .prompts,
        traits: [.trains, .judges, .reinforces, .groups, .takesFeedback])
}
