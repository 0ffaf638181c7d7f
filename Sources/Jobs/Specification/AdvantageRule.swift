/// How much better than others a response, or a stretch of one, counts as. The raw value is its name in specifications.
///
/// What each is, with its source, stands with the function that computes it, in Training/Method.
public enum AdvantageRule: String, SpecificationChoice {
    /// The response's reward over its group's mean; see `groupAdvantages`.
    case groupMean = "group_mean"
    /// Over the mean of the others; see `leaveOneOutAdvantages`.
    case leaveOneOut = "leave_one_out"
    /// Over the group's mean and never divided, the sum of the losses over a constant; see `LossAggregation`.
    case drGRPO = "dr_grpo"
    /// Over prompt and parent; see `treeAdvantages`.
    case globalLocal = "global_local"
    /// Over the parent alone; see `parentAdvantages`.
    case parent
    /// Over the means of all groups that a response is part of; see `subgroupAdvantages`.
    case subgroupMean = "subgroup_mean"
    /// From value to value along a first rollout; see `vineAdvantages`.
    case vine
    /// Over the mean of a place's continuations, less where the place is a gain; see `scaledPlaceAdvantages`.
    case fr3eScale = "fr3e_scale"

    /// Whether it compares stretches of a tree; otherwise it compares the whole responses of a group.
    public var comparesTrees: Bool {
        switch self {
        case .groupMean, .leaveOneOut, .drGRPO: false
        case .globalLocal, .parent, .subgroupMean, .vine, .fr3eScale: true
        }
    }

    /// The names of those that compare trees, or of those that do not.
    static func names(comparingTrees: Bool) -> String {
        allCases.filter { $0.comparesTrees == comparingTrees }.map(\.rawValue).joined(separator: ", ")
    }
}
