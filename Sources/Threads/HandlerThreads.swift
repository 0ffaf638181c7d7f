package import Basics
internal import DequeModule

/// Threads that tasks run on and may hold for a while: `Task(executorPreference: threads)`.
///
/// As many as `width` run tasks at a time, which is best as long as each piece is short. When none of the pieces that
/// are waiting got its turn for a moment, those that run are taken to be long ones, and one more may run, up to `limit`.
/// So a few that compute for seconds stop nobody; they share the processors.
///
/// They live as long as the process.
package final class HandlerThreads: TaskExecutor {
    private struct State {
        var jobs = Deque<UnownedJob>()
        var threads = 0
        /// Threads that run a job.
        var running = 0
        /// How many may.
        var width: Int
        /// Jobs begun so far.
        var begun: UInt = 0
        /// The overseer looks on, and need not be woken.
        var isOverseen = false
    }

    /// How long jobs may wait for their turn before one more thread takes part.
    private static let patience = Duration.milliseconds(5)

    private let name: String
    private let priority: ThreadPriority
    private let base: Int
    private let limit: Int
    private let state: Condition<State>
    /// Whether the overseer is wanted.
    private let overseer = Condition(false)

    /// - Parameters:
    ///   - width: Threads that run at a time.
    ///   - limit: Threads that run at a time when pieces take long.
    ///   - priority: Of its threads, beside others of this process.
    package init(_ name: String, width: Int, limit: Int, priority: ThreadPriority = .normal) {
        precondition(1...limit ~= width, "\(name): \(width) threads of at most \(limit)")
        self.name = name
        self.priority = priority
        self.limit = limit
        base = width
        state = Condition(State(width: width))
        for _ in 0..<width { startWorker() }
        precondition(state.withLock { $0.threads > 0 }, "\(name): there is no thread")
        if width < limit {
            _ = startThread("attnrl-overseer") { [self] in
                while true { oversee() }
            }
        }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let (mayRun, wantsOverseer) = state.withLock { state in
            state.jobs.append(job)
            // Those that wait were given to threads that have not come for them yet.
            let mayRun = state.running + state.jobs.count <= state.width
            let wantsOverseer = !mayRun && !state.isOverseen && base < limit
            if wantsOverseer { state.isOverseen = true }
            return (mayRun, wantsOverseer)
        }
        if mayRun { state.signal() }
        if wantsOverseer {
            overseer.withLock { $0 = true }
            overseer.signal()
        }
    }

    // MARK: Working

    private func startWorker() {
        state.withLock { $0.threads += 1 }
        let isStarted = startThread(name) { [self] in
            priority.apply()
            work()
        }
        if !isStarted { state.withLock { $0.threads -= 1 } }
    }

    private func work() {
        var began: MonotonicTime?
        while true {
            let job = state.wait { state -> UnownedJob? in
                if let start = began {
                    state.running -= 1
                    // A long one is over, for which another thread may have been let in.
                    if state.width > base, .now - start >= Self.patience { state.width -= 1 }
                    began = nil
                }
                guard state.running < state.width, let job = state.jobs.popFirst() else { return nil }
                state.running += 1
                state.begun &+= 1
                return job
            }
            began = .now
            job?.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    // MARK: Overseeing

    /// While jobs wait, lets one more thread in whenever none of them got its turn.
    private func oversee() {
        overseer.wait { isWanted in isWanted ? isWanted = false : nil }
        var begun = state.withLock { $0.begun }
        while true {
            _ = overseer.wait(atMost: Self.patience) { _ in nil as Void? }
            let (isOver, isWidened, lacksThread) = state.withLock { state -> (Bool, Bool, Bool) in
                guard !state.jobs.isEmpty else {
                    state.isOverseen = false
                    return (true, false, false)
                }
                defer { begun = state.begun }
                guard state.begun == begun, state.width < limit else { return (false, false, false) }
                state.width += 1
                return (false, true, state.threads < state.width)
            }
            if isOver { return }
            if lacksThread { startWorker() }
            if isWidened { state.signal() }
        }
    }
}
