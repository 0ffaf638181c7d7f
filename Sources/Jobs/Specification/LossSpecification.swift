/// The loss that training minimises.
public struct LossSpecification: Sendable, Equatable {
    public enum Estimator: String, SpecificationChoice {
        /// exp(d) - d - 1 with d = log reference - log policy: never negative, unbiased.
        case k3
    }

    /// What one token, or one response, adds.
    public enum Kind: String, SpecificationChoice {
        /// -A r, where r is not beyond a bound.
        case clipped
        /// -A log p, weighted by the bounded r.
        case cispo
        /// As `clipped`, with one ratio for a whole response.
        case gspo
        /// -A r, whatever r is.
        case importanceSampling = "importance_sampling"
        /// -A log p with a square of the log-ratio.
        case dro
        /// Pairs of a better and a worse response.
        case dpo

        /// Whether it bounds the ratio from both sides.
        public var clips: Bool { self == .clipped || self == .gspo }
    }

    public enum Aggregation: String, SpecificationChoice {
        /// The mean over all of the step's tokens, so that long responses weigh more.
        case tokenMean = "token_mean"
        /// The mean over responses of the mean over each one's tokens, so that tokens of short responses weigh more.
        case responseMean = "response_mean"
        /// The sum over a response's tokens by the greatest length, so that no length changes what a token weighs.
        case constantLength = "constant_length"
    }

    public enum Normalisation: String, SpecificationChoice {
        /// Divide by the group's standard deviation.
        case std
        case none
    }

    /// How the value of a branch is estimated.
    public enum Values: String, SpecificationChoice {
        /// The responses below.
        case tree
        /// What is fitted to trees of earlier steps; see `BranchCritic`.
        case critic
    }

    public var kind = Kind.clipped
    public var clipLow = 0.2
    public var clipHigh = 0.28
    public var dualClip = 3.0
    public var klCoefficient = 0.001
    public var klEstimator = Estimator.k3
    public var entropyCoefficient = 0.0
    public var entropyTarget: Double?
    public var entropyStep = 0.005
    public var aggregation: Aggregation?
    public var advantage = AdvantageRule.groupMean
    public var advantageNormalisation = Normalisation.std
    public var beta: Double?
    public var minAdvantageGap = 0.1
    public var values = Values.tree

    public init() {}

    /// `aggregation`, or what it is where it is not set.
    public var usedAggregation: Aggregation {
        if let aggregation { return aggregation }
        if advantage == .drGRPO { return .constantLength }
        return kind == .gspo ? .responseMean : .tokenMean
    }

    /// Whether it compares with the policy that the job began with.
    public var readsReference: Bool { kind == .dpo || klCoefficient > 0 }

    /// `beta`, or what it is where it is not set.
    public var usedBeta: Double {
        if let beta { return beta }
        return kind == .dro ? 0.05 : 0.1
    }
}

extension LossSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value(
                "kind", \.kind, .choice, .paper, kinds: .clipped,
                "What is minimised: `clipped` (PPO's), `cispo`, `gspo`, `importance_sampling` (unbounded), `dro`, or `dpo`, "
                    + "which learns from pairs of a better and a worse response."),
            .value(
                "clip_low", \.clipLow, .number(0...1), .paper, kinds: .clipped, onlyWith: .loss(.clipped, .gspo),
                "Probability ratios below 1 minus this are clipped. GSPO's paper has 3e-4."),
            .value(
                "clip_high", \.clipHigh, .number(0...100), .paper, kinds: .clipped,
                onlyWith: .loss(.clipped, .gspo, .cispo),
                "Probability ratios above 1 plus this are clipped. GSPO's paper has 4e-4; "
                    + "with `cispo` 3 is usual."),
            .value(
                "dual_clip", \.dualClip, .number(1...1000, excludesLowerBound: true), .releasedCode, kinds: .clipped,
                onlyWith: .loss(.clipped),
                "Bound on the ratio where the advantage is negative."),
            .value(
                "kl_coefficient", \.klCoefficient, .number(0...100), .releasedCode, kinds: .clipped,
                "Weight of the divergence from the policy the job began with; 0 leaves it out. `dpo` has none: its pairs are "
                    + "measured against that policy."),
            .value(
                "kl_estimator", \.klEstimator, .choice, .releasedCode, kinds: .clipped,
                "How the divergence is estimated from drawn tokens."),
            .value(
                "entropy_coefficient", \.entropyCoefficient, .number(0...100), .releasedCode, kinds: .clipped,
                onlyWith: .lossOfTokens,
                "Weight of the entropy that is rewarded; 0 leaves it out."),
            .value(
                "entropy_target", \.entropyTarget, .optional(.number(0...100, excludesLowerBound: true)), .convention,
                kinds: .clipped, onlyWith: .lossOfTokens,
                "Adapt that weight to this entropy, in nats per token, from step to step: it rises while the policy's is lower, "
                    + "falls while it is higher, and counts only while it is not higher (Skywork-OR1). Not set: it stays."
            ),
            .value(
                "entropy_step", \.entropyStep, .number(0...1, excludesLowerBound: true), .convention, kinds: .clipped,
                onlyWith: .set("loss.entropy_target", \.loss.entropyTarget),
                "How far it moves in a step."),
            .value(
                "aggregation", \.aggregation, .optional(.choice), .paper, kinds: .clipped, onlyWith: .lossOfTokens,
                "How tokens add up: `token_mean` is the mean over all tokens of the step, of trees over those of all rows; "
                    + "`response_mean` that over responses of each one's mean; `constant_length` the sum by the number of "
                    + "responses and `rollout.max_tokens`. Not set: `constant_length` for `dr_grpo`, `response_mean` for "
                    + "`gspo`, else `token_mean`."),
            .value(
                "advantage", \.advantage, .choice, .paper, kinds: .clipped, onlyWith: .lossOfTokens,
                "What a response is compared with: its group's mean (`group_mean`; `dr_grpo` never divides by the deviation) "
                    + "or the others (`leave_one_out`). In trees a stretch with prompt and parent (`global_local`), `parent` "
                    + "alone (SPO), all groups around it (`subgroup_mean`, TreePO), values of its places (`vine`), or its place, "
                    + "scaled (`fr3e_scale`)."),
            .value(
                "advantage_normalisation", \.advantageNormalisation, .choice, .convention, kinds: .grouped,
                onlyWith: .lossOfTokens && .choice("loss.advantage", \.loss.advantage, [.groupMean])
                    && .choice("reward.normalisation", \.reward.normalisation, [.none]),
                "Whether advantages are divided by the group's standard deviation."),
            .value(
                "beta", \.beta, .optional(.number(0...1000, excludesLowerBound: true)), .paper,
                kinds: .clipped.union(Set.regressed), onlyWith: .kind(.regressed) || .loss(.dpo, .dro),
                "Beta. Of `direct_advantage`: the log-ratio of a branch, against the policy the job began with, is fitted to "
                    + "its advantage divided by this. Of the loss `dpo`: factor of log-ratios; not set: 0.1. Of `dro`: weight "
                    + "of their squares; not set: 0.05."),
            .value(
                "min_advantage_gap", \.minAdvantageGap, .number(0...1000), .paper, kinds: .regressed,
                "Branches of one place are learnt from if the best and the worst are worth at least so much apart."),
            .value(
                "values", \.values, .choice, .program, kinds: .regressed,
                "What says what a branch is worth: `tree` the mean reward of the responses below it; `critic` a head on hidden "
                    + "states, fitted to the trees of earlier steps, for the first reasoning step of each branch, which is "
                    + "then all that is learnt of it."),
        ]
    }
}
