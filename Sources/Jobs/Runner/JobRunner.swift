public import CoreMetrics
public import Foundation
internal import Guarding
public import Logging
internal import Rewards

/// Runs training jobs and keeps a record of them. A server with jobs has one runner.
///
/// Its folder holds the store and a folder for each job. Unless noted otherwise, methods block for milliseconds at
/// most, so none belongs on an event loop.
public final class JobRunner: Sendable {
    private struct State {
        var live: [JobID: LiveJob] = [:]
        /// Jobs from earlier servers that this one has not run yet.
        var recovering: Set<JobID> = []
        var isStopping = false
    }

    public let directory: URL
    public let store: JobStore
    let signals = JobSignals()
    private let configuration: Configuration
    private let programs: [JobKind: JobProgramFactory]
    private let lock: FolderLock
    private let reserve: SpaceReserve
    private let surroundings: JobSurroundings
    private let metrics: JobMetrics
    private let logger: Logger
    private let state = Guarded(State())

    /// Opens a folder of jobs. Nothing runs until `start` is called.
    ///
    /// - Parameter metrics: See `JobMetric`.
    /// - Throws: `JobError.folderInUse`, `store`, `file` or `outOfSpace`.
    public convenience init(
        directory: URL, programs: [JobKind: JobProgramFactory], configuration: Configuration = Configuration(),
        metrics: any MetricsFactory = NOOPMetricsHandler.instance, logger: Logger
    ) throws(JobError) {
        try self.init(
            directory: directory, programs: programs, configuration: configuration, metrics: metrics, logger: logger,
            surroundings: JobSurroundings())
    }

    init(
        directory: URL, programs: [JobKind: JobProgramFactory], configuration: Configuration,
        metrics: any MetricsFactory, logger: Logger, surroundings: JobSurroundings
    ) throws(JobError) {
        do {
            try Durably.makePrivateFolders(directory)
        } catch {
            throw .file(
                path: directory.path, reason: "It cannot be made a folder for jobs. Check the path and permissions.")
        }
        self.directory = directory
        self.programs = programs
        self.configuration = configuration
        self.metrics = JobMetrics(factory: metrics)
        self.logger = logger
        self.surroundings = surroundings
        lock = try FolderLock(directory: directory)
        store = try JobStore(directory: directory)
        reserve = SpaceReserve(directory: directory)
        reserve.occupy()
    }

    /// Resumes the jobs that were running or queued when the server stopped.
    public func start() throws(JobError) {
        let highest = JobFolder.highestNumber(in: directory)
        if try store.highestNumber() < highest {
            logger.warning(
                """
                The store knows no job with the number of the folder job-\(highest). If it was damaged, stop the server \
                and put a copy of it back; new jobs have higher numbers.
                """)
        }
        let records = try store.unfinishedJobs().map { record throws(JobError) in (record, try obstacle(to: record)) }
        state.withLock { state in
            for (record, obstacle) in records {
                let live = live(record)
                live.change { $0.recover(obstacle: obstacle) }
                guard !live.isOver else { continue }
                state.live[record.id] = live
                state.recovering.insert(record.id)
            }
        }
        // Some may have ended just now.
        try store.forgetHistory(exceptNewest: configuration.finishedJobs)
        startNext()
    }

    /// Why a job that was running is not resumed.
    private func obstacle(to record: JobRecord) throws(JobError) -> String? {
        guard record.state == .running else { return nil }
        let starts = try store.startsInVain(of: record.id)
        guard starts.count >= configuration.vainStarts else { return nil }
        return
            "The server has ended \(starts.count) times since the job got to step \(starts.step), which is as far as it has "
            + "been. Look in the server's log for why, and in the system's (was there memory?), and then resume the job."
    }

    /// Lets those who watch the jobs that compute now know something.
    public func warnRunning(_ text: String) {
        for live in state.withLock({ Array($0.live.values) }) where live.task != nil && !live.isOver {
            live.add(.note(text, isWarning: true))
        }
    }

    private func live(_ record: JobRecord) -> LiveJob {
        LiveJob(
            record, store: store, reserve: reserve, signals: signals, surroundings: surroundings, metrics: metrics,
            logger: logger
        ) { [weak self] in self?.retire($0) }
    }

    // MARK: Creating

    /// The kinds of job that this runner can run.
    public var kinds: [JobKind] { JobKind.allCases.filter { programs[$0] != nil } }

    /// Checks a specification against everything it needs.
    public func check(_ specification: JobSpecification) async throws(SpecificationProblems) {
        guard let factory = programs[specification.kind] else {
            let error = JobError.kindNotAvailable(kind: specification.kind.rawValue, available: kinds.map(\.rawValue))
            throw SpecificationProblems(path: "kind", error.description)
        }
        var problems = SpecificationProblems()
        for problem in await factory.check(specification) { problems.add(problem) }
        if let problem = rewardProblem(specification) { problems.add(problem) }
        try problems.check()
    }

    /// A job to be rewarded by whose reward there is not, and never will be.
    private func rewardProblem(_ specification: JobSpecification) -> SpecificationProblem? {
        let model = specification.reward.model
        guard specification.reward.kind == .learned, let id = JobID(model) else { return nil }
        func problem(_ text: String) -> SpecificationProblem {
            SpecificationProblem(path: "reward.model", value: model, text)
        }
        let other: JobRecord
        do throws(JobError) {
            other = try job(id)
        } catch {
            return problem("\(error)")
        }
        guard other.specification.kind.has(.fits) else {
            return problem(
                "\(id) is of kind \(other.specification.kind.rawValue), and rewards are fitted by jobs of kind "
                    + "\(JobKind.rewardModel.rawValue). Name one of those.")
        }
        guard other.state != .failed, other.state != .cancelled else {
            return problem("\(id) ended without a reward: it is \(other.state.rawValue). Name another.")
        }
        return nil
    }

    /// Creates a checked job and starts it if its turn has come.
    ///
    /// - Parameters:
    ///   - specification: The policy's name must be filled in.
    ///   - requestID: Nil or empty for none. Repeating an id with the same specification returns the job it created.
    /// - Throws: `JobError.policyBusy`, `requestIDTaken`, `quotaFull`, `store`, `outOfSpace` or `shuttingDown`.
    public func create(
        _ specification: JobSpecification, requestID: String?, for owner: JobOwner = JobOwner()
    ) throws(JobError) -> JobRecord {
        let requestID = requestID.flatMap { $0.isEmpty ? nil : $0 }
        let (record, isNew) = try state.withLockThrowing { state throws(JobError) in
            guard !state.isStopping else { throw .shuttingDown }
            if let requestID, let made = try store.job(requestID: requestID) {
                guard made.specification == specification else {
                    throw .requestIDTaken(requestID: requestID, job: made.id)
                }
                return (state.live[made.id]?.record ?? made, false)
            }
            // A finished job may still be among the live ones for a moment.
            if let other = state.live.values.first(where: {
                $0.specification.policy == specification.policy && !$0.isOver
            }) {
                throw .policyBusy(policy: specification.policy, job: other.id)
            }
            if let limit = owner.limit {
                let others = state.live.values.count { $0.record.owner == owner.name && !$0.isOver }
                guard others < limit else { throw .quotaFull(limit: limit) }
            }
            // A folder left by another store's job must not look like this one's.
            let record = try store.insert(
                specification, requestID: requestID, owner: owner.name, above: JobFolder.highestNumber(in: directory),
                at: surroundings.now())
            let live = live(record)
            state.live[record.id] = live
            return (record, true)
        }
        guard isNew else { return record }
        startNext()
        return try job(record.id)
    }

    // MARK: Looking

    /// Records the number of jobs in each state.
    public func reportLoad() { metrics.report(state.withLock { $0.live.values.map(\.lifecycle.state) }) }

    /// Whether a job was created with this request id.
    public func hasMade(requestID: String) throws(JobError) -> Bool {
        if requestID.isEmpty { return false }
        return try store.job(requestID: requestID) != nil
    }

    /// The current record of a job.
    public func job(_ id: JobID) throws(JobError) -> JobRecord {
        if let live = state.withLock({ $0.live[id] }) { return live.record }
        return try store.job(id)
    }

    /// Jobs, newest first.
    public func jobs(before id: JobID?, states: Set<JobState>, limit: Int) throws(JobError) -> [JobRecord] {
        let live = state.withLock { $0.live }
        return try store.jobs(before: id, states: states, limit: limit).map { live[$0.id]?.record ?? $0 }
    }

    /// A job's events after a number; see `JobWatch`.
    ///
    /// - Throws: `JobError.unknownJob`.
    public func watch(_ id: JobID, after sequence: Int64 = 0, pastOnly: Bool = false) throws(JobError) -> JobWatch {
        _ = try job(id)
        return JobWatch(
            job: id, after: sequence, pastOnly: pastOnly, store: store, signals: signals,
            threads: surroundings.storeThreads)
    }

    // MARK: Changing

    public func pause(_ id: JobID) throws(JobError) -> JobRecord {
        try change(id, wanted: "queued or running") { lifecycle throws(JobError) in try lifecycle.askToPause(id) }
    }

    public func cancel(_ id: JobID) throws(JobError) -> JobRecord {
        try change(id, wanted: "not over") { lifecycle throws(JobError) in try lifecycle.askToCancel(id) }
    }

    public func resume(_ id: JobID) throws(JobError) -> JobRecord {
        try change(id, wanted: "paused") { lifecycle throws(JobError) in try lifecycle.askToResume(id) }
    }

    private func change(
        _ id: JobID, wanted: String,
        _ change: (inout JobLifecycle) throws(JobError) -> JobLifecycle.Command
    ) throws(JobError) -> JobRecord {
        guard let live = state.withLock({ $0.live[id] }) else {
            let record = try store.job(id)
            // Cancelling a second time changes nothing.
            if record.state == .cancelled, wanted == "not over" { return record }
            throw .wrongState(job: id, state: record.state, wanted: wanted)
        }
        let answer = Result { () throws(JobError) in try live.ask(change) }
        retire(live)
        startNext()
        try answer.get()
        return live.record
    }

    /// A finished job needs no place in memory, and frees its policy for others.
    private func retire(_ live: LiveJob) {
        guard live.isOver else { return }
        live.stopRetrying()
        state.withLock { $0.live[live.id] = nil }
    }

    // MARK: Running

    /// Starts queued jobs while fewer are running than may run.
    private func startNext() {
        state.withLock { state in
            guard !state.isStopping else { return }
            var free = configuration.runningJobs - state.live.values.count { $0.task != nil }
            for live in state.live.values.sorted(by: { $0.id < $1.id }) where free > 0 && live.task == nil {
                guard live.lifecycle.state == .queued,
                    start(live, isRecovery: state.recovering.contains(live.id))
                else { continue }
                state.recovering.remove(live.id)
                free -= 1
            }
        }
    }

    private func start(_ live: LiveJob, isRecovery: Bool) -> Bool {
        guard let factory = programs[live.specification.kind] else {
            let error = JobError.kindNotAvailable(
                kind: live.specification.kind.rawValue, available: kinds.map(\.rawValue))
            live.change { $0.pause(because: error.description) }
            return false
        }
        guard let thread = surroundings.thread("attnrl-\(live.id)") else {
            live.change { $0.pause(because: "The system has no thread for it now. Resume it when fewer are used.") }
            return false
        }
        let run = JobRun(
            live: live, factory: factory, folder: JobFolder(live.record, in: directory), store: store,
            reserve: reserve, now: surroundings.now, thread: thread, isRecovery: isRecovery)
        live.setTask(
            Task(executorPreference: thread) { [weak self] in
                await run.run()
                self?.ended(live)
            })
        return true
    }

    private func ended(_ live: LiveJob) {
        // Under the lock that was held when setting the task: this may run before that.
        state.withLock { _ in live.setTask(nil) }
        retire(live)
        startNext()
    }

    // MARK: Stopping

    /// Lets running jobs finish their step, save their state and stop; they resume when a runner opens the folder
    /// again.
    ///
    /// - Parameter grace: After this time, steps are cut off, and their jobs resume from their newest checkpoints.
    public func shutDown(grace: Duration) async {
        let running = state.withLock { state in
            state.isStopping = true
            return state.live.values.sorted { $0.id < $1.id }
        }
        for live in running { live.suspend() }
        await withTaskGroup { [clock = surroundings.clock] group in
            group.addTask {
                guard (try? await clock.sleep(for: grace)) != nil else { return }
                for live in running { live.task?.cancel() }
            }
            for live in running { await live.task?.value }
            group.cancelAll()
        }
        signals.finish()
    }
}
