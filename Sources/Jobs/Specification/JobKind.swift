/// What a job does to its policy.
public enum JobKind: String, SpecificationChoice, Hashable {
    /// Supervised fine-tuning: raises the likelihood of given responses.
    case sft
    /// Group relative policy optimisation: raises the likelihood of what was rewarded above its group's mean.
    case grpo
    /// Rollout trees that branch at tokens of high entropy, every prompt alike.
    case treerl
    /// Rollout trees that branch where attention says reasoning turns, on prompts chosen by difficulty.
    case attnrl
}

extension Set<JobKind> {
    static let all = Set(JobKind.allCases)
    /// Kinds that draw responses and have them rewarded.
    static let reinforced: Set = [JobKind.grpo, .treerl, .attnrl]
    /// Kinds that grow trees of responses.
    static let branching: Set = [JobKind.treerl, .attnrl]
    /// Kinds that compare the responses to one prompt as a group.
    static let grouped: Set = [JobKind.grpo]
    /// Kinds that learn from given responses.
    static let supervised: Set = [JobKind.sft]
    /// Kinds that callers may send records to.
    static let fed: Set = [JobKind.sft, .grpo]
}

extension JobKind {
    /// Whether the job draws responses and has them rewarded.
    public var isReinforced: Bool { Set.reinforced.contains(self) }
    /// Whether the job grows trees of responses.
    public var isBranching: Bool { Set.branching.contains(self) }
}
