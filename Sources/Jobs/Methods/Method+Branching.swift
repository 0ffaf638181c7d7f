extension Method {
    /// Where trees branch. The figures are of 400 failed responses, four continuations of each from one or two points, on
    /// which starting over rescues 55%: docs/experiments.md.
    static let branching: [Method] = [
        strategy(
            "attention", "branches at the earliest of the steps that later steps look back at most",
            Paper("Attention as a Compass", "2509.26628"), seen: "rescues 51.5% of failed responses, 55% from the start"
        ),
        strategy(
            "excess", "the same by all of a step's tokens, above uniform attention: does not favour short steps",
            seen: "not measured"),
        strategy(
            "first_steps", "branches at the second step, the third, and so on",
            Paper("Attention as a Compass", "2509.26628"), seen: "rescues 52.3%: as many as attention does"),
        strategy(
            "fixed_segment", "branches at the steps nearest to equal distances", Paper("TreePO", "2508.17445"),
            seen: "rescues 28.7%: late points keep the fault"),
        strategy(
            "token_entropy", "branches at steps with the tokens of highest entropy", Paper("TreeRL", "2506.11902"),
            seen: "rescues 39.7%; trains as well as attention at equal tokens"),
        strategy(
            "low_probability", "branches at steps with the tokens of lowest probability", Paper("FR3E", "2507.07017"),
            seen: "rescues 42.1%"),
        strategy(
            "sentence_entropy", "branches at steps of highest mean entropy", Paper("DATPO", "2609.08650"),
            seen: "rescues 44.3%"),
        strategy(
            "kurtosis", "branches at steps that the most pointed heads look back at",
            Paper("Thought Anchors", "2506.19143"), seen: "not measured"),
        strategy(
            "random", "branches at steps drawn evenly: the control",
            seen: "rescues 32.8%; trains as well as attention at equal tokens"),
        Method(
            "pivot", "branches wrong responses once, by depth and by where others recovered",
            paper: Paper("DEEP-GRPO", "2602.14169"), .field("branching.strategy", "pivot"),
            needs: "a job that grows trees, and wrong responses", costs: "nothing; its memory is in the checkpoint",
            seen: "sound answers -1.7 ± 4.3 points beside treerl's token_entropy with 0.69 of its tokens, 16 steps",
            example: "pivot",
            page: "branching"),
        Method(
            "latr", "branches at near ties of the next token, and drops what goes on alike",
            paper: Paper("LATR", "2510.24302"), .field("branching.strategy", "latr"), needs: "a job that grows trees",
            costs: "a generation call more a step; of what is dropped the look ahead alone",
            seen: "sound answers 0.3 ± 1.8 points beside treerl's token_entropy with 0.74 of its tokens, 16 steps",
            example: "attnrl",
            changes: ["branching.strategy=latr"],
            page: "branching"),
        Method(
            "latent_novelty",
            "takes the most surprising of the steps that reach the quantile, or rewards what surprises",
            paper: Paper("Model-based intrinsic motivation", "2404.00651"), .field("branching.bonus", "latent_novelty"),
            needs: "a job that grows trees, by attention or excess for branching",
            costs: "attention and hidden states of branches are captured as well; tokens alike",
            seen: "sound answers 2.3 ± 4.0 points beside attnrl without it, 16 steps; branches differ a little less",
            example: "attnrl-novelty"),
    ]

    private static func strategy(_ name: String, _ summary: String, _ paper: Paper? = nil, seen: String) -> Method {
        Method(
            name, summary, paper: paper, .field("branching.strategy", name), needs: "a job that grows trees",
            costs: "nothing that is seen; the later the points, the fewer tokens branches have", seen: seen,
            example: "attnrl", changes: ["branching.strategy=\(name)"], page: "branch_strategies")
    }
}
