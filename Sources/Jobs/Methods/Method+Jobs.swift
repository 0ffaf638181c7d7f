extension Method {
    /// Kinds of job.
    static let jobs: [Method] = [
        Method(
            "sft", "raises the likelihood of given responses", .field("kind", "sft"),
            needs: "records with responses: a built-in task's solutions, or a file",
            costs: "draws nothing; a step is one forward and backward pass over its records",
            seen:
                "SmolLM2-135M with an adapter: held-out word problems from 0% right to 40% by 640 examples, three seeds",
            example: "adapter"),
        Method(
            "action_abstraction", "learns given responses with short thinks of its own before steps that they help",
            paper: Paper("RA3", "2509.25810"), .field("kind", "action_abstraction"),
            needs: "records with responses whose steps can be told apart",
            costs: "0.6 tokens drawn for each one given, and 1.7 times the seconds of sft",
            seen:
                "no gain: cross-entropy as by next-token training on the model that ships, which never thinks, three seeds",
            example: "action_abstraction"),
        Method(
            "grpo", "draws groups of responses and raises those rewarded above their group's mean",
            paper: Paper("DeepSeekMath", "2402.03300"), .field("kind", "grpo"),
            needs: "prompts with what judges answers",
            costs: "the measure of the others",
            seen: "sound answers on graphs from 35% to 46% in 60 steps, three seeds",
            example: "grpo"),
        Method(
            "treerl", "grows trees of responses that branch where the policy is uncertain",
            paper: Paper("TreeRL", "2506.11902"), .field("kind", "treerl"), needs: "prompts with what judges answers",
            costs: "tokens 1.4 times and seconds 1.7 times a step of 256 responses, for 480 responses; memory alike",
            seen: "at equal tokens no better and no worse than GRPO, three seeds", example: "treerl"),
        Method(
            "attnrl", "grows trees that branch where attention says reasoning turns, on prompts chosen by difficulty",
            paper: Paper("Attention as a Compass", "2509.26628"), .field("kind", "attnrl"),
            needs: "prompts with what judges answers",
            costs: "tokens 1.3 times and seconds 1.7 times a step of 256 responses, for 362 responses; memory alike",
            seen: "at equal tokens no better and no worse than GRPO, three seeds", example: "attnrl"),
        Method(
            "direct_advantage", "fits log-ratios to what the branches of trees are worth, drawn from the first weights",
            paper: Paper("Direct Advantage Policy Optimization", "2412.18279"), .field("kind", "direct_advantage"),
            needs: "prompts with what judges answers, or trees of rewarded responses as feedback",
            costs: "1.3 times treerl's tokens, as attention branches earlier; no pass for the first weights",
            seen:
                "sound answers from 38% to 47% in 10 steps (beta 0.5; 0.01: 31%), by sft on the same trees to 46%, three seeds",
            example: "direct_advantage"),
        Method(
            "warm_start",
            "learns its own right responses to several templates, those that lie farthest apart, before reinforcement",
            paper: Paper("Tailor", "2511.12429"), .field("kind", "warm_start"),
            needs: "prompts with what tells right answers from wrong, and templates",
            costs:
                "draws group_size responses with each template once, then a pass over those that are learnt; weights twice",
            seen: "kept responses lie 1.4 times as far apart as random ones; held-out accuracy alike, three seeds",
            example: "warm_start"),
        Method(
            "reward_model", "fits a reward that is linear in hidden states to comparisons",
            paper: Paper("Reward-agnostic preference RL", "2305.18505"), .field("kind", "reward_model"),
            needs: "pairs of responses one of which was preferred",
            costs: "a forward pass over each response; draws and trains nothing",
            seen: "by 96 pairs of word problems 56% of held-out ones where right was preferred, 66% where shorter was",
            example: "reward_model", page: "preferences"),
        Method(
            "learned_reward", "rewards by what comparisons taught, in any job that learns from rewards",
            paper: Paper("Reward-agnostic preference RL", "2305.18505"), .field("reward.kind", "learned"),
            needs: "a reward_model job that is done, and the weights it was fitted on",
            costs: "a forward pass over each response; weights twice",
            seen: "by 64 pairs, the shorter preferred: 423 to 358 tokens in 60 steps, and right answers lost, one run",
            example: "grpo-learned", page: "preferences"),
    ]
}
