/// Where a job stands.
public enum JobState: String, Sendable, CaseIterable {
    /// Waits for its turn.
    case queued
    /// Computes, or will go on computing when the server starts again.
    case running
    /// Stopped with everything kept, until it is resumed.
    case paused
    case succeeded, failed, cancelled

    /// Whether it stays so for good.
    public var isFinal: Bool {
        switch self {
        case .queued, .running, .paused: false
        case .succeeded, .failed, .cancelled: true
        }
    }
}
