extension JobKind {
    /// Direct advantage policy optimisation: an offline regression of log-ratios on the advantages of steps, whose values
    /// come from rollout trees.
    public static let directAdvantage = JobKind(
        "direct_advantage",
        "fits the policy to the advantages that trees drawn from its first weights give to their branches",
        records: .prompts, traits: [.trains, .judges, .reinforces, .regresses, .branches, .takesFeedback]
    ) { specification in
        specification.rollout.groupSize = 6
        specification.optimizer.learningRate = 5e-7
        specification.loss.beta = 0.01
    }
}
