/// What the length of a response takes off its reward.
public struct LengthRewardSpecification: Sendable, Equatable {
    public var overlongBuffer: Int?
    public var overlongFactor = 1.0
    public var penalty = 0.0

    public init() {}
}

extension LengthRewardSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value(
                "overlong_buffer", \.overlongBuffer, .optional(.whole(1...1_048_576)), .convention, kinds: .reinforced,
                "Tokens before `rollout.max_tokens` over which the reward falls by `overlong_factor`, evenly (DAPO's soft "
                    + "overlong penalty). Not set: length takes nothing off."),
            .value(
                "overlong_factor", \.overlongFactor, .number(0...1000), .convention, kinds: .reinforced,
                onlyWith: .set("reward.length.overlong_buffer", \.reward.length.overlongBuffer),
                "What a response that reaches `rollout.max_tokens` loses."),
            .value(
                "penalty", \.penalty, .number(0...1000), .program, kinds: .reinforced, onlyWith: .rewardWithVerdicts,
                "What a right response of `rollout.max_tokens` loses; a shorter one loses its share of it."),
        ]
    }
}
