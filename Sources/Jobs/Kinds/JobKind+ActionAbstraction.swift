extension JobKind {
    /// Action abstraction, after RA3: thinks between the steps of given solutions, found by expectation and
    /// maximisation.
    public static let actionAbstraction = JobKind(
        "action_abstraction", "learns given responses with short thinks of its own before steps that they help",
        records: .responses, traits: [.trains, .abstracts]
    ) { specification in
        specification.optimizer.learningRate = 1e-5
    }
}
