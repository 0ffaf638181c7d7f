/// How a linear reward is fitted to comparisons.
public struct RewardModelSpecification: Sendable, Equatable {
    public var layer: Int?
    public var ridge = 1.0
    public var pairs = 2000
    public var heldOutShare = 0.2

    public init() {}
}

extension RewardModelSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value(
                "layer", \.layer, .optional(.whole(0...1000)), .program, kinds: .fitting,
                "The layer whose mean hidden states the reward is linear in: 0 is the embedding. Not set: the last, after "
                    + "the final norm."),
            .value(
                "ridge", \.ridge, .number(0...1_000_000, excludesLowerBound: true), .program, kinds: .fitting,
                "Lambda: weight of the squared norm of the reward's weights, which keeps few pairs from saying too much."
            ),
            .value(
                "pairs", \.pairs, .whole(1...100_000), .program, kinds: .fitting, "Pairs used, from the first on."),
            .value(
                "held_out_share", \.heldOutShare, .number(0...0.9), .convention, kinds: .fitting,
                "Share of the pairs that the reward is not fitted to, but examined on."),
        ]
    }
}
