/// Which rollout trees are kept for inspection.
public struct TreesSpecification: Sendable, Equatable {
    public var everySteps = 10
    public var perStep = 4

    public init() {}
}

extension TreesSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value(
                "every_steps", \.everySteps, .whole(0...10_000_000), .program, kinds: .branching,
                "Keep trees of every so many steps, in the job's folder; 0 keeps none."),
            .value(
                "per_step", \.perStep, .whole(1...65536), .program, kinds: .branching,
                onlyWith: .positive("trees.every_steps", \.trees.everySteps), "Trees kept of one step."),
        ]
    }
}

/// How first rollouts and branches are sampled.
public enum Pipeline: String, SpecificationChoice {
    /// The next step's first rollouts together with this step's branches, in one call.
    case oneStepOffPolicy = "one_step_off_policy"
    /// First rollouts, then branches.
    case twoPhase = "two_phase"
}
