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
                "one call per step; first rollouts are one step old, with their own log-probabilities"
            case .twoPhase:
                "two calls per step; everything is drawn from the \(regresses ? "weights that the job began with" : "newest weights")"
            }
        let loss =
            specification.hasCritic
            ? "log-ratios of the first step of each branch fitted to its value by a critic on hidden states (the paper's is a "
                + "model of its own), which alone learns in the first \(specification.critic.warmupSteps) steps"
            : regresses
                ? "log-ratios of whole branches, from where they begin to where they branch or end, fitted to their values by "
                    + "the trees (the paper has single steps, and values by a critic)"
                : "\(specification.loss.kind.rawValue); each shared token computed once, "
                    + (specification.loss.advantage.learnsRowByRow
                        ? "counted once per response it is part of, as the released code's rows do" : "counted once")
        let advantages = regresses || specification.loss.kind == .dpo ? [] : [Self.advantages(specification.loss)]
        lines =
            [
                "branch points: \(branching.strategy.rawValue), at least \(gap) apart (the released code has 512 tokens for "
                    + "attention and none for entropy)",
                "expansion: \(expansion)", "prompts that every first rollout solved: \(easy)",
                "prompts per step: \(batch)", "pipeline: \(pipeline)",
                "loss: \(loss)",
            ] + advantages
    }

    private static func advantages(_ loss: LossSpecification) -> String {
        let form =
            switch loss.advantage {
            case .globalLocal: "over prompt and parent, by the root of the responses below (TreeRL's, as the paper)"
            case .parent: "value over the parent's (SPO's)"
            case .subgroupMean:
                "mean over the groups around a response, by the deviation of the step's (TreePO's); a shared token has the mean "
                    + "of its responses'"
            case .vine:
                "from value to value of a first rollout's branch points (VinePPO's); continuations are drawn for values alone"
            case .fr3eScale: "over the others of a place, by exp of what the place gains (FR3E's)"
            case .groupMean, .leaveOneOut, .drGRPO: "over the group"
            }
        return "advantages: \(loss.advantage.rawValue), \(form)"
    }
}
