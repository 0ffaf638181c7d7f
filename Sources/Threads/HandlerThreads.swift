package import Basics
internal import DequeModule

/// Threads that tasks may run on and occupy for a while: `Task(executorPreference: threads)`.
///
/// Up to `width` threads run jobs at a time, which is best as long as each job is short. If no waiting job got its turn
/// for a moment, the running ones are assumed to be long, and one more may run, up to `limit`. So a few jobs that
/// compute for seconds block nobody; they share the processors.
///
/// The pool lives as long as the process.
package final class HandlerThreads: TaskExecutor {
    private struct State {
        var jobs = Deque<UnownedJob>()
        var threads = 0
        /// The number of threads running a job.
        var running = 0
        /// The number of threads that may run a job.
        var width: Int
        /// The number of jobs begun so far.
        var begun: UInt = 0
        /// The overseer is watching and need not be woken.
        var isOverseen = false
    }

    /// How long jobs may wait for their turn before another thread may run.
    private static let patience = Duration.milliseconds(5)

    private let name: String
    private let priority: ThreadPriority
    private let base: Int
    private let limit: Int
    private let state: Condition<State>
    /// Whether the overseer should wake up.
    private let overseer = Condition(false)

    /// - Parameters:
    ///   - width: The number of threads that run at a time.
    ///   - limit: The number of threads that run at a time if jobs take long.
    ///   - priority: The threads' priority relative to others in this process.
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
            // Waiting jobs have been assigned to threads that have not picked them up yet.
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
            if priority == .normal { makePrompt() }
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
                    // A long job is over, for which another thread may have been added.
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

    /// While jobs are waiting, adds another thread whenever none of them got its turn.
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
