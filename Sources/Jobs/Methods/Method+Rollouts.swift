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
            costs: "half the calls, the same tokens; rollouts are one step old",
            seen: "steps 4% shorter on two cores, less than their spread; the paper has 8% on eight accelerators",
            example: "attnrl", page: "attnrl"),
        Method(
            "cures_prompts", "draws prompts of middle difficulty more often, by how often each is solved",
            paper: Paper("CurES", "2510.01037"), .field("sampling.prompts", "cures"),
            needs: "prompts with what judges answers; no passes over the data",
            costs: "four more responses for each prompt of a pool: with the defaults a fifth of the tokens",
            seen:
                "posteriors right against simulation; sound answers -2.3 ± 3.2 points beside grpo, 16 steps, with the "
                + "allocation", example: "cures",
            page: "cures"),
        Method(
            "cures_allocation", "gives more responses where rewards differ more, as many in all",
            paper: Paper("CurES", "2510.01037"), .field("rollout.allocation", "cures"),
            needs: "prompts with what judges answers",
            costs: "nothing beside cures_prompts; alone, four more responses for each prompt",
            seen: "with cures_prompts: see there", example: "cures", page: "cures"),
        Method(
            "cures_gradient", "gives more responses where gradients of the head vary more, as many in all",
            paper: Paper("CurES", "2510.01037"), .field("rollout.allocation", "cures_gradient"),
            needs: "prompts with what judges answers",
            costs: "as cures_allocation, and a pass forward and back for each of these responses",
            seen: "not measured", example: "cures", changes: ["rollout.allocation=cures_gradient"], page: "cures"),
        Method(
            "esrl", "gives fewer responses, and if asked another temperature, where the policy does well",
            paper: Paper("after ESRL", "2308.02223"), .field("rollout.allocation", "esrl"),
            needs: "prompts with what judges answers",
            costs: "tokens from half to twice, or as rollout.min_rollouts and max_rollouts allow",
            seen: "35% fewer tokens in 16 steps; at equal tokens sound answers as with grpo, 40.9 and 41.8%",
            example: "esrl"),
        Method(
            "hint_scaffold", "gives prompts that are always failed the beginning of their solution",
            paper: Paper("SPARKLE", "2506.04723"), .field("curriculum.kind", "hint_scaffold"),
            needs: "records with solutions as well as answers",
            costs: "curriculum.attempts responses for each prompt of a pool",
            seen: "lists failed 8 of 8 times: right in 3%, with one to three of four blocks in 26%, 48%, 75%",
            example: "hint_scaffold", page: "sparkle"),
    ]
}
