/// How the critic of `loss.values: critic` is fitted.
public struct CriticSpecification: Sendable, Equatable {
    /// What the job does while the critic predicts rewards worse than their mean would.
    public enum WhenWorse: String, SpecificationChoice {
        /// It learns on, and the policy does not.
        case wait
        /// The policy learns from it all the same.
        case goOn = "go_on"
    }

    public var warmupSteps = 5
    public var ridge = 1.0
    public var branches = 4096
    public var whenWorse = WhenWorse.wait

    public init() {}
}

extension CriticSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value(
                "warmup_steps", \.warmupSteps, .whole(1...1_000_000), .program, kinds: .regressed, onlyWith: .critic,
                "Steps at the job's beginning that teach the critic alone."),
            .value(
                "ridge", \.ridge, .number(0...1_000_000, excludesLowerBound: true), .program, kinds: .regressed,
                onlyWith: .critic,
                "Lambda: weight of the squared norm of the critic's weights, which keeps few trees from saying too much."
            ),
            .value(
                "branches", \.branches, .whole(16...1_000_000), .program, kinds: .regressed, onlyWith: .critic,
                "Branches that it is fitted to, the newest."),
            .value(
                "when_worse", \.whenWorse, .choice, .program, kinds: .regressed, onlyWith: .critic,
                "What happens while the critic foresees rewards worse than their mean does, over the last steps' trees before "
                    + "it was fitted to them: `wait` teaches the critic alone, `go_on` learns from it."),
        ]
    }
}

extension FieldUse {
    static let critic = choice("loss.values", \.loss.values, [.critic])
}

extension JobSpecification {
    /// Whether a critic says what branches are worth.
    package var hasCritic: Bool { kind.has(.regresses) && loss.values == .critic }

    func addCriticContradictions(to problems: inout SpecificationProblems) {
        guard hasCritic, let steps, critic.warmupSteps >= steps else { return }
        problems.add(
            "critic.warmup_steps", value: "\(critic.warmupSteps)",
            "The critic alone learns in all \(steps) steps of the job. Give fewer than \(steps), or more steps.")
    }
}
