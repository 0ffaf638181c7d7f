public import Basics

/// Whether an adapter is trained in place of all weights, and which.
public struct AdapterSpecification: Sendable, Equatable {
    public var rank: Int?
    public var alpha: Double?
    public var rslora = false
    public var targets = AdapterTarget.allCases

    public init() {}
}

extension AdapterTarget: SpecificationChoice {}

extension AdapterSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        let rank = FieldUse.set("adapter.rank", \.adapter.rank)
        return [
            .value(
                "rank", \.rank, .optional(.whole(AdapterLimits.rank)), .program,
                "Train an adapter (LoRA) of this rank and leave the policy's weights as they are. Not set: train all weights."
            ),
            .value(
                "alpha", \.alpha, .optional(.number(0...1_000_000, excludesLowerBound: true)), .convention,
                onlyWith: rank,
                "The adapter's part counts alpha / rank times. Not set: twice the rank."),
            .value(
                "rslora", \.rslora, .flag, .convention, onlyWith: rank,
                "Let it count alpha / sqrt(rank) times instead, so that high ranks learn as fast as low ones."),
            .value(
                "targets", \.targets, .choices(), .convention, onlyWith: rank,
                "Projections of each layer that the adapter changes."),
        ]
    }
}
