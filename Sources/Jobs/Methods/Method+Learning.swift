extension Method {
    /// What is made of rewards: advantages and losses.
    static let learning: [Method] = [
        Method(
            "clip_higher", "clips rising probabilities later than falling ones", paper: Paper("DAPO", "2503.14476"),
            .field("loss.clip_high", "0.28"), needs: "a job of kind grpo, treerl or attnrl", costs: "nothing",
            seen: "the default of every experiment here; not compared with 0.2", example: "grpo", page: "grpo"),
        Method(
            "sample_drop", "leaves the responses out of the update that the policy was surest of",
            paper: Paper("after ESRL", "2308.02223"), .field("rollout.sample_drop", "0.3"), needs: "a job of kind grpo",
            costs: "three tenths less to learn; tokens alike", seen: "not measured", example: "esrl", page: "esrl"),
        Method(
            "reward_window", "measures a reward by the job's last ones in place of its group's",
            paper: Paper("after ESRL", "2308.02223"), .field("reward.normalisation", "fifo"),
            needs: "a job of kind grpo, without dynamic sampling", costs: "nothing", seen: "not measured",
            example: "esrl", page: "esrl"),
        Method(
            "behavior_injection", "has solutions attempt what has to wait, and compute in smaller steps",
            paper: Paper("Behavior Injection", "2505.18917"), .field("data.augment", "behavior_injection"),
            needs: "a job of kind sft on graph, chain or words-shuffled", costs: "tokens of solutions, up to a third",
            seen: "not measured", example: "behavior_injection"),
    ]
}
