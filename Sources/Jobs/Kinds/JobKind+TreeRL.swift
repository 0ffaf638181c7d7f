import Influence

extension JobKind {
    /// Rollout trees that branch at high-entropy tokens, treating all prompts alike.
    public static let treerl = JobKind(
        "treerl", "learns from rewarded trees that branch where the policy is uncertain", records: .prompts,
        traits: [.trains, .judges, .reinforces, .clips, .branches]
    ) { specification in
        specification.rollout.groupSize = 6
        specification.branching.strategy = .tokenEntropy
        specification.loss.advantage = .globalLocal
    }
}
