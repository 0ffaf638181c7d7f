/// What a job does to its policy.
public enum JobKind: String, SpecificationChoice, Hashable {
    /// Supervised fine-tuning: raises the likelihood of given responses.
    case sft
    /// Group relative policy optimisation: raises the likelihood of what was rewarded above its group's mean.
    case grpo
}

extension Set<JobKind> {
    static let all = Set(JobKind.allCases)
    /// Kinds that draw responses and have them rewarded.
    static let reinforced: Set = [JobKind.grpo]
    /// Kinds that learn from given responses.
    static let supervised: Set = [JobKind.sft]
}
