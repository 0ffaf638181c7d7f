internal import DequeModule

/// Threads for work that blocks: files, databases, locks.
///
/// A thread is started when work arrives and none is free, up to a limit, and exits after being idle for a while. Work
/// that blocks forever keeps its thread, so files named by callers have separate threads.
///
/// The pool lives as long as the process.
package final class BlockingThreads: TaskExecutor {
    private struct State {
        var jobs = Deque<UnownedJob>()
        var threads = 0
        /// The number of threads waiting for a job.
        var idle = 0
    }

    /// How long a thread waits for work before it exits.
    private static let idleTime = Duration.seconds(10)

    private let name: String
    private let limit: Int
    private let state = Condition(State())

    package init(_ name: String, limit: Int) {
        precondition(limit > 0, "\(name): no threads")
        self.name = name
        self.limit = limit
    }

    /// Runs `work` and returns what it returns.
    package func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await Task(executorPreference: self) { try work() }.value
    }

    /// Runs `work`, but stops waiting for it if the calling task is cancelled.
    ///
    /// In that case work still waiting for a thread never begins; work that has begun continues, and its result is
    /// dropped.
    ///
    /// - Throws: `CancellationError` as soon as the calling task is cancelled.
    package func runUnlessCancelled<Result: Sendable>(
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        // Work that begins before cancellation is checked would run to its end.
        try Task.checkCancellation()
        let promise = Promise<Result>()
        let task = Task(executorPreference: self) {
            do {
                try Task.checkCancellation()
                promise.fulfil(.success(try await work()))
            } catch {
                promise.fulfil(.failure(error))
            }
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { promise.wait($0) }
        } onCancel: {
            task.cancel()
            promise.fulfil(.failure(CancellationError()))
        }
    }

    // MARK: Threads

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let needsThread = state.withLock { state in
            state.jobs.append(job)
            let needsThread = state.jobs.count > state.idle && state.threads < limit
            if needsThread { state.threads += 1 }
            return needsThread
        }
        if needsThread { startWorker() } else { state.signal() }
    }

    private func startWorker() {
        let isStarted = startThread(name) { [self] in
            while let job = next() { job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
        guard !isStarted else { return }
        // The work waits for an existing thread.
        let isAlone = state.withLock { state in
            state.threads -= 1
            return state.threads == 0
        }
        precondition(!isAlone, "\(name): the system has no thread to give")
    }

    private func next() -> UnownedJob? {
        state.withLock { $0.idle += 1 }
        let job = state.wait(atMost: Self.idleTime) { state -> UnownedJob? in
            guard let job = state.jobs.popFirst() else { return nil }
            state.idle -= 1
            return job
        }
        if let job { return job }
        return state.withLock { state in
            state.idle -= 1
            // A job may have arrived just after the wait ended.
            if let late = state.jobs.popFirst() { return late }
            state.threads -= 1
            return nil
        }
    }
}
