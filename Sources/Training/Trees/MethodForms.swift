import Influence
import Jobs
import Trees

/// Describes which variant a tree job uses of each choice on which the paper, its released code and other systems
/// differ.
struct MethodForms {
    let lines: [String]

    init(_ specification: JobSpecification) {
        let branching = specification.branching, adaptive = specification.adaptive
        let gap =
            branching.minGapTokens.map { "\($0) tokens" } ?? branching.minGapFraction.map { "\($0) of the response" }
            ?? "512 tokens, or an eighth of a shorter response"
        let expansion =
            switch adaptive.expansion {
            case .round: "round(exp(-z) \(adaptive.branchedRollouts)) rollouts, as the paper (its code rounds up)"
            case .ceil: "ceil(exp(-z) \(adaptive.branchedRollouts)) rollouts, as the paper's code (the paper rounds)"
            case .all: "\(adaptive.branchedRollouts) rollouts of every prompt"
            }
        let easy =
            switch adaptive.easyPrompts {
            case .attentionMean: "branched where their influence is above the running mean over such prompts"
            case .drop: "never branched"
            case .keep: "branched like others"
            }
        let batch =
            adaptive.batch
            ? "adaptive, rounded to the nearest, between 1 and \(adaptive.maxPrompts.map(String.init) ?? "4 times the first")"
            : "fixed"
        let regresses = specification.kind.has(.regresses)
        let pipeline =
            switch specification.pipeline {
            case .oneStepOffPolicy:
                "one call per step; first rollouts are one update old, with their own log-probabilities"
            case .twoPhase:
                "two calls per step; everything is drawn from the \(regresses ? "weights that the job began with" : "newest weights")"
            }
        let loss =
            regresses
            ? "log-ratios of whole branches, from where they begin to where they branch or end, fitted to their values by "
                + "the trees (the paper has single steps, and values by a critic)"
            : "each shared token computed once, counted once per response it is part of, as the released code's rows do"
        lines = [
            "branch points: \(branching.strategy.rawValue), at least \(gap) apart (the released code has 512 tokens for "
                + "attention and none for entropy)",
            "expansion: \(expansion)", "prompts that every first rollout solved: \(easy)",
            "prompts per step: \(batch)", "pipeline: \(pipeline)",
            "loss: \(loss)",
        ]
    }
}
