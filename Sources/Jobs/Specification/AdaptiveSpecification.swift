/// Which prompts are sampled further, and how many a step uses.
public struct AdaptiveSpecification: Sendable, Equatable {
    public enum EasyPrompts: String, SpecificationChoice {
        /// Kept if attention on the prompt's responses is above the running mean.
        case attentionMean = "attention_mean"
        case drop
        case keep
    }

    public enum Expansion: String, SpecificationChoice {
        /// round(exp(-z) M')
        case round
        /// ceil(exp(-z) M')
        case ceil
        /// M', regardless of the prompt's difficulty.
        case all
    }

    public var easyPrompts = EasyPrompts.keep
    public var expansion = Expansion.all
    public var branchedRollouts = 6
    public var batch = false
    public var smoothing = 0.9
    public var targetRows: Int?
    public var maxPrompts: Int?

    public init() {}
}

extension AdaptiveSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        let batch = FieldUse.flag("adaptive.batch", \.adaptive.batch)
        return [
            .value(
                "easy_prompts", \.easyPrompts, .choice, .paper, kinds: .branching,
                "Which prompts that every first rollout solved are branched: `attention_mean` those of influence above "
                    + "the running mean, `drop` none, `keep` all."),
            .value(
                "expansion", \.expansion, .choice, .paper, kinds: .branching,
                "How many of a prompt's rollouts are branched, z being the share of right ones: `round` and `ceil` of "
                    + "exp(-z) `branched_rollouts` (the paper's and its released code's), or `all` of these."),
            .value(
                "branched_rollouts", \.branchedRollouts, .whole(1...1024), .paper, kinds: .branching,
                "M': rollouts of a prompt that are branched where none is right."),
            .value(
                "batch", \.batch, .flag, .paper, kinds: .branching,
                "Take as many prompts in the next step as give `target_rows` rows to learn from."),
            .value(
                "smoothing", \.smoothing, .number(0...1), .paper, kinds: .branching, onlyWith: batch,
                "Lambda: how far the number of prompts stays what it was."),
            .value(
                "target_rows", \.targetRows, .optional(.whole(1...16_777_216)), .releasedCode, kinds: .branching,
                onlyWith: batch,
                "Rows with an advantage wanted in a step. Not set: 5 `batch.prompts_per_step` `rollout.group_size`."),
            .value(
                "max_prompts", \.maxPrompts, .optional(.whole(1...65536)), .program, kinds: .branching, onlyWith: batch,
                "Prompts that a step takes at most. Not set: 4 `batch.prompts_per_step`."),
        ]
    }
}
