extension Method {
    /// What measures a policy or prepares data, and trains nothing.
    static let measuring: [Method] = [
        Method(
            "evaluate", "measures accuracy, pass@k and sound steps on held-out prompts", .field("kind", "evaluate"),
            needs: "held-out prompts with what judges answers", costs: "draws evaluation.samples for each prompt once",
            seen: "the model that ships: 44.5% right, 37.9% with every step sound, 512 problems", example: "evaluate"),
        Method(
            "axes", "asks prompts with a plan, with facts, and part by part, and says what each is worth",
            paper: Paper("SPARKLE", "2506.04723"), .field("evaluation.axes", "[plan, facts, subproblems]"),
            needs: "a built-in task that is worked out in parts, or records with plan, facts or subproblems",
            costs: "evaluation.samples for each version of a prompt once",
            seen: "right lists from 51%: half the way told adds 24.5 ± 4.9 points, a plan 2.0 ± 5.5, three seeds",
            example: "axes", page: "sparkle"),
        Method(
            "readiness", "says before a job how often prompts are solved and how far responses' gradients agree",
            paper: Paper("Behavior Injection", "2505.18917"), .command("attnrl readiness words-shuffled"),
            needs: "held-out prompts with what judges answers; for gradients a policy that is no adapter",
            costs: "several responses to each prompt, and a pass forward and back for those compared",
            seen: "did not foretell what grpo gained: of three starts the least ready gained most",
            example: "axes", page: "behavior_injection"),
        Method(
            "prefs_select", "chooses the pairs of responses whose comparison tells most",
            paper: Paper("Reward-agnostic preference RL", "2305.18505"), .command("attnrl prefs select FILE"),
            needs: "prompts with two or more responses each", costs: "a forward pass over each response",
            seen: "no better than random pairs at equal labels: 64% and 62% of held-out ones by 64, 20 splits",
            example: "reward_model", page: "preferences"),
    ]
}
