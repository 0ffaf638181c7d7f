/// What a job may do, as far as fields and rules depend on it.
public enum JobTrait: Sendable {
    /// Updates the policy's parameters step by step and serves the results.
    case trains
    /// Samples responses to prompts and has them judged.
    case judges
    /// Learns from its own sampled responses, according to their rewards.
    case reinforces
    /// Learns by the clipped policy loss, from responses that it goes on drawing from its newest weights.
    case clips
    /// Fits its log-probabilities to advantages, of responses drawn from the weights that it began with.
    case regresses
    /// Compares the responses to one prompt as a group.
    case groups
    /// Puts thinks of its own before the steps of given responses.
    case abstracts
    /// Grows trees of responses.
    case branches
    /// Chooses among its own right responses what to learn.
    case curates
    /// Fits a reward to comparisons.
    case fits
    /// Accepts records sent by callers.
    case takesFeedback
}

/// The records that a job processes.
public enum JobRecords: Sendable {
    /// Records of `data.train`, each with the response to learn.
    case responses
    /// Records of `data.train`, each with what its responses are judged against.
    case prompts
    /// Records of `data.train`, each with two responses of which one was preferred.
    case pairs
    /// Records of `data.held_out`, each with what its responses are judged against.
    case heldOut
}

extension Set<JobKind> {
    static let all = Set(JobKind.allCases)
    /// Kinds that change their policy.
    static let trained = having(.trains)
    /// Kinds that sample responses and have them judged.
    static let judged = having(.judges)
    /// Kinds that have responses judged and train nothing.
    static let examined = judged.subtracting(trained)
    /// Kinds that learn from rewards.
    static let reinforced = having(.reinforces)
    /// Kinds that use the size of a reward, not only whether a response is right.
    static let rewarded = reinforced.subtracting(curating)
    /// Kinds that choose among their own right responses what to learn.
    static let curating = having(.curates)
    /// Kinds whose loss is the clipped policy loss.
    static let clipped = having(.clips)
    /// Kinds that fit log-probabilities to advantages.
    static let regressed = having(.regresses)
    /// Kinds that grow trees of responses.
    static let branching = having(.branches)
    /// Kinds that grow trees of responses from their newest weights.
    static let pipelined = branching.intersection(clipped)
    /// Kinds that compare the responses to one prompt as a group.
    static let grouped = having(.groups)
    /// Kinds that learn from given responses.
    static let supervised = Set(JobKind.allCases.filter { $0.records == .responses })
    /// Kinds that put thinks before the steps of given responses.
    static let abstracting = having(.abstracts)
    /// Kinds that fit a reward to comparisons.
    static let fitting = having(.fits)
    /// Kinds that examine a policy on held-out prompts.
    static let evaluating = all.subtracting(fitting)
    /// Kinds that go through training data.
    static let fedByFiles = trained.union(fitting)
    /// Kinds whose steps learn so many responses that are there.
    static let learningSequences = supervised.union(curating)
    /// Kinds whose steps take so many prompts, or pairs.
    static let goingByPrompts = judged.union(fitting)
    /// Kinds that accept records from callers.
    static let fed = having(.takesFeedback)

    private static func having(_ trait: JobTrait) -> Self { Set(JobKind.allCases.filter { $0.has(trait) }) }

    /// Their names, in the usual order.
    func names(separator: String = ", ") -> String {
        JobKind.allCases.filter(contains).map(\.rawValue).joined(separator: separator)
    }
}
