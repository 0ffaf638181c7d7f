/// A job's state and how it may change: a value that makes decisions but has no side effects.
///
///     queued ──▶ running ──▶ succeeded, failed
///       │ ▲        │ ▲
///       ▼ │        ▼ │
///      paused ◀────┘ └─ resumed: queued first
///
/// Every state that is not final can become cancelled. A running job is only asked to pause or end: it does so between
/// two steps and stays `running` until then. A job that cannot be saved is paused with its program in memory, held,
/// which carries out requests as a running one does, and goes on without queueing.
struct JobLifecycle: Sendable, Equatable {
    /// What the program of a running or held job has been asked to do.
    enum Request: String, Sendable {
        case pause, cancel, resume
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
    /// The paused job's program is kept in memory.
    private(set) var isHeld = false

    init(state: JobState = .queued, reason: String = "", request: Request? = nil) {
        self.state = state
        self.reason = reason
        self.request = request
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
        case .paused:
            if request == .resume { request = nil }
            return .nothing
        case .succeeded, .failed, .cancelled:
            throw .wrongState(job: job, state: state, wanted: "queued or running")
        }
    }

    mutating func askToCancel(_ job: JobID) throws(JobError) -> Command {
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
    mutating func askToResume(_ job: JobID) throws(JobError) -> Command {
        switch state {
        case .paused where isHeld:
            guard request == nil else { return .nothing }
            request = .resume
            return .tell
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

    /// The program waits in memory.
    mutating func hold(because reason: String) -> Bool {
        isHeld = pause(because: reason)
        return isHeld
    }

    /// A held program waits no longer: it continues if it has been asked to. Otherwise it ends, by itself or with the
    /// server, after which the job can only be queued.
    mutating func goOn() -> Bool {
        guard isHeld, request != .cancel else { return false }
        let isResumed = request == .resume
        if isResumed { enter(.running) }
        isHeld = false
        return isResumed
    }

    /// A job asked to end does not pause first: that would forget the request.
    mutating func pause(because reason: String) -> Bool { request != .cancel && change(to: .paused, reason) }

    /// The program stopped, and may be resumed. A pause that was requested may have become a cancellation meanwhile.
    mutating func stop(because reason: String) -> Bool { pause(because: reason) || cancel() }

    mutating func succeed() -> Bool { change(to: .succeeded, "") }
    mutating func fail(because reason: String) -> Bool { change(to: .failed, reason) }
    mutating func cancel() -> Bool { change(to: .cancelled, "") }

    /// The server restarted: what was asked of a program that is gone is done, and a job that was running otherwise waits for
    /// its turn to resume.
    ///
    /// - Parameter obstacle: Why it had better not.
    mutating func recover(obstacle: String? = nil) -> Bool {
        switch (state, request) {
        case (.running, .cancel), (.paused, .cancel): enter(.cancelled)
        case (.running, .pause): enter(.paused, "paused on request")
        case (.paused, .resume): enter(.queued, "resumed")
        case (.running, _):
            if let obstacle { enter(.paused, obstacle) } else { enter(.queued, "the server started again") }
        default: return false
        }
        return true
    }

    /// However its program ends, a job that was paused before its turn came stays paused.
    private mutating func change(to next: JobState, _ reason: String) -> Bool {
        guard !state.isFinal, state != .paused || isHeld else { return false }
        enter(next, reason)
        return true
    }

    private mutating func enter(_ next: JobState, _ why: String = "") {
        state = next
        reason = why
        request = nil
        isHeld = false
    }
}
