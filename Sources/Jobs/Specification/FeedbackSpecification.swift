/// Online feedback: records sent by callers while the job runs.
public struct FeedbackSpecification: Sendable, Equatable {
    public var enabled = false
    public var capacity = 1024

    public init() {}
}

extension FeedbackSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value(
                "enabled", \.enabled, .flag, .program, kinds: .fed,
                "Take records from `TrainingService.Feedback`; they go before the training data."),
            .value(
                "capacity", \.capacity, .whole(1...1_000_000), .program, kinds: .fed,
                onlyWith: .flag("feedback.enabled", \.feedback.enabled),
                "Records that may wait to be used; more are refused."),
        ]
    }
}
