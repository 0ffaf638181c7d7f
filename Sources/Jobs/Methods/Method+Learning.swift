extension Method {
    /// What is made of rewards: advantages and losses.
    static let learning: [Method] = [
        Method(
            "clip_higher", "clips rising probabilities later than falling ones", paper: Paper("DAPO", "2503.14476"),
            .field("loss.clip_high", "0.28"), needs: "a job of kind grpo, treerl or attnrl", costs: "nothing",
            seen: "the default of every experiment here; not compared with 0.2", example: "grpo", page: "grpo")
    ]
}
