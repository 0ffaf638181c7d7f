/// The state of a job.
public enum JobState: String, Sendable, CaseIterable {
    /// Waiting for its turn.
    case queued
    /// Computing, or will resume when the server restarts.
    case running
    /// Stopped with its state kept, until resumed.
    case paused
    case succeeded, failed, cancelled

    /// Whether the state is permanent.
    public var isFinal: Bool {
        switch self {
        case .queued, .running, .paused: false
        case .succeeded, .failed, .cancelled: true
        }
    }
}
