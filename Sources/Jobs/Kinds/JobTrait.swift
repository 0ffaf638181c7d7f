/// What a job may do, as far as fields and rules depend on it.
public enum JobTrait: Sendable {
    /// Moves the policy's parameters, step by step, and serves what comes of it.
    case trains
    /// Draws responses to prompts and has them judged.
    case judges
    /// Learns from responses that it has drawn, by what they are worth.
    case reinforces
    /// Compares the responses to one prompt as a group.
    case groups
    /// Grows trees of responses.
    case branches
    /// Takes records that callers send.
    case takesFeedback
}

/// What a job goes through.
public enum JobRecords: Sendable {
    /// Records of `data.train`, each with the response to learn.
    case responses
    /// Records of `data.train`, each with what its responses are judged by.
    case prompts
    /// Records of `data.held_out`, likewise.
    case heldOut
}

extension Set<JobKind> {
    static let all = Set(JobKind.allCases)
    /// Kinds that change their policy.
    static let trained = having(.trains)
    /// Kinds that draw responses and have them judged.
    static let judged = having(.judges)
    /// Kinds that learn from what was rewarded.
    static let reinforced = having(.reinforces)
    /// Kinds that grow trees of responses.
    static let branching = having(.branches)
    /// Kinds that compare the responses to one prompt as a group.
    static let grouped = having(.groups)
    /// Kinds that learn from given responses.
    static let supervised = Set(JobKind.allCases.filter { $0.records == .responses })
    /// Kinds that callers may send records to.
    static let fed = having(.takesFeedback)

    private static func having(_ trait: JobTrait) -> Self { Set(JobKind.allCases.filter { $0.has(trait) }) }

    /// In words, in the usual order.
    func names(separator: String = ", ") -> String {
        JobKind.allCases.filter(contains).map(\.rawValue).joined(separator: separator)
    }
}
