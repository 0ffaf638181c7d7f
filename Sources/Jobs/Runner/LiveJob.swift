internal import Foundation
internal import Guarding
internal import Logging
internal import Ranks

/// An unfinished job in memory: its state, and the only way to change and record it.
final class LiveJob: Sendable {
    private struct State {
        var lifecycle: JobLifecycle
        var record: JobRecord
        /// What each rank did in the last step.
        var ranks: [RankShare] = []
        /// Events that the disk did not take yet, in order.
        var backlog: [Entry] = []
        /// Tries again to store them.
        var retrial: Task<Void, any Error>?
        var task: Task<Void, Never>?
        /// Wakes a held program.
        var waker: CheckedContinuation<Void, Never>?
        /// The server is stopping: the job must save its state and stop, while the store still says `running`.
        var isSuspended = false

        var mustWait: Bool { lifecycle.isHeld && lifecycle.request == nil && !isSuspended }
    }

    private struct Entry {
        let content: JobEvent.Content
        let step: Int
        let time: Double
        var feedback: Int64?
    }

    let id: JobID
    let specification: JobSpecification
    private let state: Guarded<State>
    private let store: JobStore
    private let reserve: SpaceReserve
    private let signals: JobSignals
    private let surroundings: JobSurroundings
    private let onStored: @Sendable (LiveJob) -> Void
    private let metrics: JobMetrics
    private let logger: Logger

    /// How long to wait before the disk is tried again.
    private static let retryInterval = Duration.seconds(5)

    /// - Parameter onStored: Called when the disk has taken what it had not before.
    init(
        _ record: JobRecord, store: JobStore, reserve: SpaceReserve, signals: JobSignals,
        surroundings: JobSurroundings, metrics: JobMetrics, logger: Logger,
        onStored: @escaping @Sendable (LiveJob) -> Void
    ) {
        id = record.id
        specification = record.specification
        state = Guarded(
            State(
                lifecycle: JobLifecycle(
                    state: record.state, reason: record.reason,
                    request: record.pending.flatMap(JobLifecycle.Request.init)), record: record))
        self.store = store
        self.reserve = reserve
        self.signals = signals
        self.surroundings = surroundings
        self.onStored = onStored
        self.metrics = metrics
        var logger = logger
        logger[metadataKey: "job"] = "\(record.id)"
        self.logger = logger
    }

    // MARK: What others see

    /// The job's current record, including what the store had no room for yet.
    var record: JobRecord {
        state.withLock { state in
            var record = state.record
            record.state = state.lifecycle.state
            record.reason = state.lifecycle.reason
            record.pending = state.lifecycle.request?.rawValue
            record.ranks = state.ranks
            return record
        }
    }

    var lifecycle: JobLifecycle { state.withLock { $0.lifecycle } }
    /// Whether it ended, and the disk knows: otherwise it goes on after a crash.
    var isOver: Bool { state.withLock { $0.lifecycle.state.isFinal && store(backlogOf: &$0) == nil } }
    var isSuspended: Bool { state.withLock { $0.isSuspended } }
    var task: Task<Void, Never>? { state.withLock { $0.task } }

    // MARK: Requests

    /// Requests a change; the running program carries out whatever cannot be done at once.
    ///
    /// - Throws: What prevents the request, or a change that was made from being stored: then it holds until a crash.
    func ask(_ change: (inout JobLifecycle) throws(JobError) -> JobLifecycle.Command) throws(JobError) {
        let (command, failure) = try state.withLockThrowing { state throws(JobError) in
            let before = state.lifecycle.request
            let command = try change(&state.lifecycle)
            var failure: JobError?
            if command == .record {
                record(.state(of: state.lifecycle), in: &state)
            } else if state.lifecycle.request != before {
                // The server may end before the program has done it.
                let request = state.lifecycle.request
                do throws(JobError) {
                    try withReserve { () throws(JobError) in try store.keep(request: request, to: id) }
                } catch {
                    failure = error
                }
            }
            return (command, failure)
        }
        if command == .tell {
            if lifecycle.request == .cancel { task?.cancel() }
            wake()
            if let failure { throw failure }
        } else if let error = failure ?? storeBacklog() {
            throw error
        }
    }

    /// Asks the program to save its state and stop, because the server is stopping.
    func suspend() {
        state.withLock { $0.isSuspended = true }
        stopRetrying()
        wake()
    }

    func stopRetrying() { state.withLock { $0.retrial }?.cancel() }

    // MARK: What its task does

    /// Takes what each rank did in a step.
    func share(of ranks: [RankShare]) {
        state.withLock { $0.ranks = ranks }
        metrics.count(ranks)
    }

    func setTask(_ task: Task<Void, Never>?) { state.withLock { $0.task = task } }

    /// Changes the state and records an event for it; returns false if the state did not allow it.
    @discardableResult
    func change(resumedFrom step: Int? = nil, _ change: (inout JobLifecycle) -> Bool) -> Bool {
        let lifecycle = state.withLock { state -> JobLifecycle? in
            guard change(&state.lifecycle) else { return nil }
            record(.state(of: state.lifecycle, resumedFrom: step), in: &state)
            return state.lifecycle
        }
        guard let lifecycle else { return false }
        tell(lifecycle)
        return true
    }

    private func tell(_ lifecycle: JobLifecycle) {
        let reason = lifecycle.reason.isEmpty ? "" : ": \(lifecycle.reason)"
        logger.info("\(lifecycle.state.rawValue)\(reason)")
    }

    /// Records an event.
    ///
    /// - Parameters:
    ///   - step: The number of steps done; nil means unchanged.
    ///   - feedback: Of a step: the last record taken; see `FeedbackDelivery`.
    func add(_ content: JobEvent.Content, step: Int? = nil, feedback: Int64? = nil) {
        state.withLock { record(content, step: step, feedback: feedback, in: &$0) }
    }

    /// Retries storing what could not be stored; returns what prevents it, or nil if everything is on disk.
    func storeBacklog() -> JobError? { state.withLock { store(backlogOf: &$0) } }

    /// Pauses the job with its program in memory, until it is to go on.
    ///
    /// - Returns: False if it is to end, or the server stops.
    func hold(because reason: String) async -> Bool {
        guard change({ $0.hold(because: reason) }) else { return false }
        repeat {
            await withTaskCancellationHandler {
                await beWoken()
            } onCancel: {
                wake()
            }
        } while state.withLock(\.mustWait) && !Task.isCancelled
        return change { $0.goOn() }
    }

    private func beWoken() async {
        await withCheckedContinuation { continuation in
            let isAwake = state.withLock { state in
                guard state.mustWait, !Task.isCancelled else { return true }
                state.waker = continuation
                return false
            }
            if isAwake { continuation.resume() }
        }
    }

    private func wake() {
        let waker = state.withLock { state in
            defer { state.waker = nil }
            return state.waker
        }
        waker?.resume()
    }

    // MARK: Recording

    private func record(
        _ content: JobEvent.Content, step: Int? = nil, feedback: Int64? = nil, in state: inout State
    ) {
        metrics.count(content, of: specification.kind)
        let step = step ?? state.backlog.last?.step ?? state.record.stepsDone
        state.backlog.append(Entry(content: content, step: step, time: surroundings.now(), feedback: feedback))
        guard store(backlogOf: &state) != nil, state.retrial == nil, !state.isSuspended else { return }
        state.retrial = Task(executorPreference: surroundings.storeThreads) { [self] in try await retry() }
    }

    /// Tries until the disk takes everything: somebody may be waiting for an event that it has not.
    private func retry() async throws {
        var isStored = false
        while !isStored {
            try await surroundings.clock.sleep(for: Self.retryInterval)
            isStored = state.withLock { state in
                guard store(backlogOf: &state) == nil else { return false }
                state.retrial = nil
                return true
            }
        }
        onStored(self)
    }

    /// Writes the backlog, and tells those who watch; returns why some of it could not be written.
    private func store(backlogOf state: inout State) -> JobError? {
        guard !state.backlog.isEmpty else { return nil }
        defer { signals.signal(id) }
        while let entry = state.backlog.first {
            do throws(JobError) {
                state.record = try append(entry, request: state.lifecycle.request)
                state.backlog.removeFirst()
            } catch {
                logger.error("an event cannot be stored yet", metadata: ["error": "\(error)"])
                return error
            }
        }
        return nil
    }

    private func append(_ entry: Entry, request: JobLifecycle.Request?) throws(JobError) -> JobRecord {
        try withReserve { () throws(JobError) in
            try store.append(
                entry.content, to: id, step: entry.step, feedback: entry.feedback, request: request, at: entry.time)
        }
    }

    /// Writes into the store, if need be into what is reserved on its disk.
    private func withReserve<Result>(_ write: () throws(JobError) -> Result) throws(JobError) -> Result {
        do throws(JobError) {
            return try write()
        } catch {
            guard case .outOfSpace = error else { throw error }
            reserve.release()
            return try write()
        }
    }
}

extension JobEvent.Content {
    /// The event reporting the current state.
    static func state(of lifecycle: JobLifecycle, resumedFrom step: Int? = nil) -> JobEvent.Content {
        .stateChanged(lifecycle.state, reason: lifecycle.reason, resumedFrom: step)
    }
}

extension Guarded {
    /// Like `withLock`, but keeps the type of the thrown error.
    func withLockThrowing<Result>(_ body: (inout Value) throws(JobError) -> Result) throws(JobError) -> Result {
        try withLock { value in
            Swift.Result { () throws(JobError) -> Result in try body(&value) }
        }.get()
    }
}
