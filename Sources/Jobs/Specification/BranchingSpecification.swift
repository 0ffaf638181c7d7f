internal import Basics
public import Influence

/// Where responses are branched, and how often.
public struct BranchingSpecification: Sendable, Equatable {
    /// What is favoured beside rewards.
    public enum Bonus: String, SpecificationChoice {
        case none
        /// Steps whose hidden state the steps before them do not let expect; see `LatentNovelty`.
        case latentNovelty = "latent_novelty"
    }

    /// How it is favoured.
    public enum BonusUse: String, SpecificationChoice {
        /// Of the steps that reach the quantile, the most novel are branched at, rather than the earliest.
        case branching
        /// Right responses that branches begin are worth more.
        case reward
    }

    public var strategy = BranchStrategy.attention
    public var points = 2
    public var continuations = 2
    public var quantile = 0.8
    public var influenceGap = 4
    public var minGapTokens: Int?
    public var minGapFraction: Double?
    public var includeAfterThinking = false
    public var separator = SeparatorName.auto
    public var separatorText = ""
    public var depthExponent = PivotUtility().depthExponent
    public var tieGap = NearTie().gap
    public var lookahead = 20
    public var leastDivergence = 0.4
    public var bonus = Bonus.none
    public var bonusUse = BonusUse.branching
    public var bonusWeight = 0.1
    public var bonusSteps = 100

    public init() {}
}

extension BranchStrategy: SpecificationChoice {}
extension SeparatorName: SpecificationChoice {}

extension BranchingSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        let novelty = FieldUse.choice("branching.bonus", \.branching.bonus, [.latentNovelty])
        let rewardedNovelty = novelty && .choice("branching.bonus_use", \.branching.bonusUse, [.reward])
        return [
            .value(
                "strategy", \.strategy, .choice, .paper, kinds: .branching,
                "How the steps to branch at are chosen: `attention` is the method's, `token_entropy` TreeRL's."),
            .value(
                "points", \.points, .whole(1...1024), .paper, kinds: .branching,
                "N: steps of a response that are branched at."),
            .value(
                "continuations", \.continuations, .whole(ResponseLimits.count), .paper, kinds: .branching,
                "T: responses drawn from each of these steps."),
            .value(
                "quantile", \.quantile, .number(0...1), .paper, kinds: .branching,
                onlyWith: .strategy(where: \.hasQuantile),
                "Influence that a step must reach, or with `excess` excess, as a quantile over the response's "
                    + "steps."),
            .value(
                "influence_gap", \.influenceGap, .whole(1...10_000), .paper, kinds: .branching,
                "D: attention counts from this many steps behind a step on."),
            .value(
                "min_gap_tokens", \.minGapTokens, .optional(.whole(0...1_048_576)), .program, kinds: .branching,
                "Least distance in tokens from the response's start and between branch points. The released code has "
                    + "512; not set: 512, or an eighth of the response where that is less."),
            .value(
                "min_gap_fraction", \.minGapFraction, .optional(.number(0...1)), .program, kinds: .branching,
                "The same as a share of the response's length. Only one of the two can be set."),
            .value(
                "include_after_thinking", \.includeAfterThinking, .flag, .releasedCode, kinds: .branching,
                "Branch at steps from the one with `</think>` on, too."),
            .value(
                "separator", \.separator, .choice, .program, kinds: .branching,
                "Where steps end: `auto` at blank lines, or at newlines if none separates anything, or else after every "
                    + "token."),
            .value(
                "separator_text", \.separatorText, .text(limit: StepSeparator.longestText), .program,
                kinds: .branching, "The text of the separator `text`."),
            .value(
                "depth_exponent", \.depthExponent, .number(0...100), .convention, kinds: .branching,
                onlyWith: .strategy { $0 == .pivot },
                "How far the depth of a step counts, as an exponent."),
            .value(
                "tie_gap", \.tieGap, .number(0...1), .convention, kinds: .branching, onlyWith: .latr,
                "How much less probable than the most probable first token of a step another may be."),
            .value(
                "lookahead", \.lookahead, .whole(1...1024), .convention, kinds: .branching, onlyWith: .latr,
                "Tokens drawn ahead of each continuation, to compare them with the response's."),
            .value(
                "least_divergence", \.leastDivergence, .number(0...1), .convention, kinds: .branching, onlyWith: .latr,
                "Continuations stay if this share of these tokens has to be changed to make one from the other."
            ),
            .value(
                "bonus", \.bonus, .choice, .program, kinds: .branching,
                "What is favoured beside rewards: `latent_novelty` steps whose hidden state the one before does not let "
                    + "expect, by a small linear head that learns in the job."),
            .value(
                "bonus_use", \.bonusUse, .choice, .program, kinds: .branching, onlyWith: novelty,
                "How: `branching` takes the most novel of the steps that reach `quantile` rather than the earliest, for "
                    + "`attention` and `excess`; `reward` adds to the rewards of right responses that branch."),
            .value(
                "bonus_weight", \.bonusWeight, .number(0...1000, excludesLowerBound: true), .program, kinds: .branching,
                onlyWith: rewardedNovelty,
                "The bonus is below this in the first step."),
            .value(
                "bonus_steps", \.bonusSteps, .whole(1...100_000_000), .program, kinds: .branching,
                onlyWith: rewardedNovelty,
                "Steps over which the bonus falls to 0."),
        ]
    }
}
