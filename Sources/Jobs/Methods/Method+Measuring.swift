extension Method {
    /// What measures a policy or prepares data, and trains nothing.
    static let measuring: [Method] = [
        Method(
            "evaluate", "measures accuracy, pass@k and sound steps on held-out prompts", .field("kind", "evaluate"),
            needs: "held-out prompts with what judges answers", costs: "draws evaluation.samples for each prompt once",
            seen: "the model that ships: 44.5% right, 37.9% with every step sound, 512 problems", example: "evaluate")
    ]
}
