extension JobKind {
    /// Group relative policy optimisation: raises the likelihood of responses rewarded above their group's mean.
    public static let grpo = JobKind(
        "grpo", "learns from groups of rewarded responses", records: .prompts,
        traits: [.trains, .judges, .reinforces, .clips, .groups, .takesFeedback])
}
