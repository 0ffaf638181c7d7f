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
            costs: "0.6 tokens drawn for each one given, and three to four times the seconds of sft",
            seen: "takes 16 nats off a step of the model that ships, 1.5 of one of SmolLM2; a gain was not measured",
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
            costs: "tokens 1.4 times and seconds 1.7 times a step of 256 responses, for 480 branches; memory alike",
            seen: "at equal tokens no better and no worse than GRPO, three seeds", example: "treerl"),
        Method(
            "attnrl", "grows trees that branch where attention says reasoning turns, on prompts chosen by difficulty",
            paper: Paper("Attention as a Compass", "2509.26628"), .field("kind", "attnrl"),
            needs: "prompts with what judges answers",
            costs: "tokens 1.3 times and seconds 1.7 times a step of 256 responses, for 362 branches; memory alike",
            seen: "at equal tokens no better and no worse than GRPO, three seeds", example: "attnrl"),
        Method(
            "direct_advantage", "fits log-ratios to what the branches of trees are worth, drawn from the first weights",
            paper: Paper("Direct Advantage Policy Optimization", "2412.18279"), .field("kind", "direct_advantage"),
            needs: "prompts with what judges answers, or trees of rewarded responses as feedback",
            costs: "tokens as treerl; seconds less, since the first weights' log-probabilities are the sampler's",
            seen: "the residual falls in the tests; held-out accuracy is not measured yet", example: "direct_advantage"),
    ]
}
