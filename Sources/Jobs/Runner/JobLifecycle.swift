/// A job's state and how it may change: a value that makes decisions but has no side effects.
///
///     queued ──▶ running ──▶ succeeded, failed
///       │ ▲        │ ▲
///       ▼ │        ▼ │
///      paused ◀────┘ └─ resumed: queued first
///
/// Every state that is not final can become cancelled. A running job is only asked to pause or end: it does so between
/// two steps and stays `running` until then.
struct JobLifecycle: Sendable, Equatable {
    /// What a running job has been asked to do.
    enum Request: String, Sendable {
        case pause, cancel
    }

    /// What the caller must do after requesting a change.
    enum Command: Sendable, Equatable {
        /// The job is already in that state, or on its way there.
        case nothing
        /// The state changed: record it.
        case record
        /// The running program must be told.
        case tell
    }

    private(set) var state: JobState
    /// Why it is in this state; empty if there is nothing to say.
    private(set) var reason: String
    private(set) var request: Request?

    init(state: JobState = .queued, reason: String = "") {
        self.state = state
        self.reason = reason
    }

    // MARK: Requests by people

    mutating func askToPause(_ job: JobID) throws(JobError) -> Command {
        switch state {
        case .queued:
            enter(.paused, "paused before it began")
            return .record
        case .running:
            guard request == nil else { return .nothing }
            request = .pause
            return .tell
        case .paused: return .nothing
        case .succeeded, .failed, .cancelled:
            throw .wrongState(job: job, state: state, wanted: "queued or running")
        }
    }

    /// - Parameter isHeld: Whether the paused job's program is kept in memory and must exit itself.
    mutating func askToCancel(_ job: JobID, isHeld: Bool) throws(JobError) -> Command {
        switch state {
        case .paused where isHeld, .running:
            guard request != .cancel else { return .nothing }
            request = .cancel
            return .tell
        case .queued, .paused:
            enter(.cancelled)
            return .record
        case .cancelled: return .nothing
        case .succeeded, .failed: throw .wrongState(job: job, state: state, wanted: "not over")
        }
    }

    /// Also withdraws a pause that was requested but has not happened yet; a cancellation stays.
    ///
    /// - Parameter isHeld: Whether the paused job's program is kept in memory and continues from there.
    mutating func askToResume(_ job: JobID, isHeld: Bool) throws(JobError) -> Command {
        switch state {
        case .paused where request == .cancel: return .nothing
        case .paused where isHeld: return .tell
        case .paused:
            enter(.queued, "resumed")
            return .record
        case .running:
            if request == .pause { request = nil }
            return .nothing
        case .queued: return .nothing
        case .succeeded, .failed, .cancelled: throw .wrongState(job: job, state: state, wanted: "paused")
        }
    }

    // MARK: Events

    // Each returns whether anything changed: a request may have come first.

    /// The job's turn came.
    mutating func start() -> Bool {
        guard state == .queued else { return false }
        enter(.running)
        return true
    }

    /// A held job continues, unless it has been asked to end.
    mutating func goOn() -> Bool {
        guard state == .paused || state == .queued, request != .cancel else { return false }
        enter(.running)
        return true
    }

    /// A job asked to end does not pause first: that would forget the request.
    mutating func pause(because reason: String) -> Bool { request != .cancel && change(to: .paused, reason) }

    /// The program stopped, and may be resumed. A pause that was requested may have become a cancellation meanwhile, and
    /// a job that was paused before its turn came stays as it is, whatever its turn met.
    mutating func stop(because reason: String) -> Bool {
        if state == .paused, request != .cancel { return false }
        return pause(because: reason) || cancel()
    }

    mutating func succeed() -> Bool { change(to: .succeeded, "") }
    mutating func fail(because reason: String) -> Bool { state != .paused && change(to: .failed, reason) }
    mutating func cancel() -> Bool { change(to: .cancelled, "") }

    /// The server restarted: a job that was running waits for its turn to resume.
    mutating func recover() -> Bool {
        guard state == .running else { return false }
        enter(.queued, "the server started again")
        return true
    }

    private mutating func change(to next: JobState, _ reason: String) -> Bool {
        guard !state.isFinal else { return false }
        enter(next, reason)
        return true
    }

    private mutating func enter(_ next: JobState, _ why: String = "") {
        state = next
        reason = why
        request = nil
    }
}
