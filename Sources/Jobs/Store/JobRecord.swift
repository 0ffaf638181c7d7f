public import Ranks

/// The store's record of a job.
public struct JobRecord: Sendable, Equatable {
    public let id: JobID
    /// Distinguishes its folder from one of another store.
    let identity: String
    /// The name of the key that created it; empty for none.
    public let owner: String
    public let specification: JobSpecification
    public internal(set) var state: JobState
    /// Why it is in this state; empty if there is nothing to say.
    public internal(set) var reason: String
    public internal(set) var stepsDone: Int
    /// Nil while unknown.
    public internal(set) var totalSteps: Int?
    /// Seconds since 1970.
    public let createdAt: Double
    /// When it last began computing.
    public internal(set) var startedAt: Double?
    public internal(set) var endedAt: Double?
    /// Number of its last event; 0 before the first.
    public internal(set) var lastSequence: Int64
    /// Version published last.
    public internal(set) var publishedVersion: Int?
    /// A request that has not been carried out yet: to a running job `pause` or `cancel`, to one that is paused with its
    /// program in memory `resume` or `cancel`.
    public internal(set) var pending: String?
    /// What each rank did in the last step; empty for a job of one rank, and in the store.
    public internal(set) var ranks: [RankShare] = []
}

extension JobRecord {
    /// Applies an event's changes to the record.
    mutating func apply(_ event: JobEvent) {
        lastSequence = event.sequence
        stepsDone = event.step
        switch event.content {
        case .stateChanged(let state, let reason, _):
            self.state = state
            self.reason = reason
            if state == .running { startedAt = event.time }
            if state.isFinal { endedAt = event.time }
        case .step(_, _, let total): totalSteps = total
        case .published(_, let version): publishedVersion = version
        case .evaluated, .checkpointSaved, .note: break
        }
    }
}
