extension Method {
    /// Which prompts are drawn for, and how many responses each gets.
    static let rollouts: [Method] = [
        Method(
            "dynamic_sampling", "replaces groups whose responses are rewarded alike by groups of further prompts",
            paper: Paper("DAPO", "2503.14476"), .field("sampling.dynamic", "true"), needs: "a job of kind grpo",
            costs: "tokens up to sampling.max_rounds times, where groups are rewarded alike", seen: "not measured",
            example: "grpo", page: "grpo"),
        Method(
            "attention_filter", "leaves out solved prompts, except those of influence above the running mean",
            paper: Paper("Attention as a Compass", "2509.26628"), .field("adaptive.easy_prompts", "attention_mean"),
            needs: "a job that grows trees", costs: "none: the kernels fold influence while they generate",
            seen: "no difference from leaving all of them out, three seeds", example: "attnrl", page: "attnrl"),
        Method(
            "difficulty_expansion", "branches fewer rollouts of prompts that are solved more often",
            paper: Paper("Attention as a Compass", "2509.26628"), .field("adaptive.expansion", "round"),
            needs: "a job that grows trees", costs: "tokens 0.83 times those of branching every rollout",
            seen: "at equal tokens no difference from branching all, three seeds", example: "attnrl", page: "attnrl"),
        Method(
            "adaptive_batch", "takes as many prompts in the next step as give enough rows to learn from",
            paper: Paper("Attention as a Compass", "2509.26628"), .field("adaptive.batch", "true"),
            needs: "a job that grows trees", costs: "tokens as the number of prompts",
            seen: "no difference from a fixed batch, three seeds", example: "attnrl", page: "attnrl"),
        Method(
            "one_step_off_policy", "draws the next step's first rollouts together with this step's branches",
            paper: Paper("Attention as a Compass", "2509.26628"), .field("pipeline", "one_step_off_policy"),
            needs: "a job of kind treerl or attnrl",
            costs: "half the calls, the same tokens; rollouts are one update old",
            seen: "steps 4% shorter on two cores, less than their spread; the paper has 8% on eight accelerators",
            example: "attnrl", page: "attnrl"),
    ]
}
