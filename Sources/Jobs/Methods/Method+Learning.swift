extension Method {
    /// What is made of rewards: advantages, losses, and what length and entropy cost.
    static let learning: [Method] =
        [
            Method(
                "clip_higher", "clips rising probabilities later than falling ones",
                paper: Paper("DAPO", "2503.14476"), .field("loss.clip_high", "0.28"),
                needs: "a job of kind grpo, treerl or attnrl", costs: "nothing",
                seen: "the default of every experiment here; not compared with 0.2", example: "grpo", page: "grpo"),
            Method(
                "sample_drop", "leaves the responses out of the update that the policy was surest of",
                paper: Paper("after ESRL", "2308.02223"), .field("rollout.sample_drop", "0.3"),
                needs: "a job of kind grpo",
                costs: "three tenths less to learn; tokens alike", seen: "with esrl: see there", example: "esrl",
                page: "esrl"),
            Method(
                "reward_window", "measures a reward by the job's last ones in place of its group's",
                paper: Paper("after ESRL", "2308.02223"), .field("reward.normalisation", "fifo"),
                needs: "a job of kind grpo, without dynamic sampling", costs: "nothing",
                seen: "with esrl: see there", example: "esrl", page: "esrl"),
            Method(
                "behavior_injection", "has solutions attempt what has to wait, and compute in smaller steps",
                paper: Paper("Behavior Injection", "2505.18917"), .field("data.augment", "behavior_injection"),
                needs: "a job of kind sft or action_abstraction on graph, chain or words-shuffled",
                costs: "tokens of solutions, up to a third",
                seen: "sound answers from 38 to 7%, and by 16 steps of grpo to 29%; plain solutions 45 and 44%",
                example: "behavior_injection"),
        ] + advantages + losses + controls

    private static let advantages: [Method] = [
        Method(
            "leave_one_out", "compares a response with the mean of the others in its group",
            paper: Paper("Back to Basics (RLOO)", "2402.14740"), .field("loss.advantage", "leave_one_out"),
            needs: "a job of kind grpo", costs: "nothing",
            seen: beside("1.7 ± 7.0", "grpo"), example: "gspo", page: "advantages"),
        Method(
            "dr_grpo", "divides neither by the group's deviation nor by how long responses are",
            paper: Paper("Understanding R1-Zero-Like Training (Dr. GRPO)", "2503.20783"),
            .field("loss.advantage", "dr_grpo"), needs: "a job of kind grpo", costs: "nothing",
            seen: beside("-0.9 ± 4.2", "grpo"), example: "grpo", changes: ["loss.advantage=dr_grpo"], page: "advantages"
        ),
        tree(
            "parent", "compares a stretch of a tree with what it continues",
            Paper("Segment Policy Optimization", "2505.23564"), seen: "-0.7 ± 3.5"),
        tree(
            "subgroup_mean", "compares a response with every group of a tree that it is part of",
            Paper("TreePO", "2508.17445"), seen: "2.2 ± 3.5", changes: ["branching.strategy=fixed_segment"]),
        Method(
            "vine", "learns stretches of first rollouts by what they change in value, from fresh continuations",
            paper: Paper("VinePPO", "2410.01679"), .field("loss.advantage", "vine"), needs: "a job that grows trees",
            costs: "continuations are drawn for values alone: fewer tokens are learnt of as many drawn",
            seen: beside("-1.2 ± 5.7", "treerl"), example: "vine", page: "advantages"),
        Method(
            "fr3e_scale", "compares what begins at a place, and counts it less where the place is a gain",
            paper: Paper("FR3E", "2507.07017"), .field("loss.advantage", "fr3e_scale"),
            needs: "a job that grows trees", costs: "nothing", seen: beside("0.9 ± 3.7", "treerl"), example: "pivot",
            page: "advantages"),
    ]

    private static let losses: [Method] = [
        loss(
            "cispo", "weights likelihoods by bounded ratios, so that no token loses its gradient",
            Paper("MiniMax-M1", "2506.13585"), seen: "-3.5 ± 2.9", changes: ["loss.clip_high=3"]),
        Method(
            "gspo", "bounds one ratio for a whole response", paper: Paper("GSPO", "2507.18071"),
            .field("loss.kind", "gspo"), needs: "a job of kind grpo, treerl or attnrl",
            costs: "a pass forward before each update", seen: beside("-1.2 ± 0.8", "clipped"), example: "gspo",
            page: "losses"),
        loss("importance_sampling", "weights advantages by ratios, without a bound", seen: "-4.7 ± 4.7"),
        loss(
            "dro", "pulls log-ratios back by a square instead of a bound",
            Paper("Direct Reward Optimisation", "2405.19107"), seen: "-16.3 ± 10.2"),
        Method(
            "dpo", "learns pairs of a better and a worse response, against the weights the job began with",
            paper: Paper("Direct Preference Optimization", "2305.18290"), .field("loss.kind", "dpo"),
            needs: "a job of kind grpo, treerl or attnrl; the first weights in memory",
            costs: "a pass forward before each update and one more a step; memory for the first weights",
            seen: beside("-6.4 ± 1.6", "clipped"), example: "dpo", page: "losses"),
    ]

    private static let controls: [Method] = [
        control(
            "overlong_buffer", "takes off reward over the last tokens before the limit", Paper("DAPO", "2503.14476"),
            "reward.length.overlong_buffer", "100"),
        control(
            "length_penalty", "takes off right responses' rewards by their length", nil, "reward.length.penalty", "0.1"),
        control(
            "entropy_target", "adapts the weight of the entropy to a target", Paper("Skywork-OR1", "2505.22312"),
            "loss.entropy_target", "0.2", needs: "a job of kind grpo, treerl or attnrl"),
    ]

    /// Held-out sound answers of the model that ships after 16 steps, less those of a control; see docs/experiments.md.
    private static func beside(_ points: String, _ control: String) -> String {
        "sound answers \(points) points beside \(control), 16 steps of the model that ships"
    }

    private static func tree(
        _ name: String, _ summary: String, _ paper: Paper, seen: String, changes: [String] = []
    ) -> Method {
        Method(
            name, summary, paper: paper, .field("loss.advantage", name), needs: "a job that grows trees",
            costs: "nothing", seen: beside(seen, "treerl"), example: "treerl",
            changes: ["loss.advantage=\(name)"] + changes, page: "advantages")
    }

    private static func loss(
        _ name: String, _ summary: String, _ paper: Paper? = nil, seen: String, changes: [String] = []
    ) -> Method {
        Method(
            name, summary, paper: paper, .field("loss.kind", name), needs: "a job of kind grpo, treerl or attnrl",
            costs: "nothing", seen: beside(seen, "clipped"), example: "grpo", changes: ["loss.kind=\(name)"] + changes,
            page: "losses")
    }

    private static func control(
        _ name: String, _ summary: String, _ paper: Paper?, _ path: String, _ value: String,
        needs: String = "a job that learns from rewards"
    ) -> Method {
        Method(
            name, summary, paper: paper, .field(path, value), needs: needs, costs: "nothing",
            seen: "not measured on a task", example: "grpo", changes: ["\(path)=\(value)"], page: "length_and_entropy")
    }
}
