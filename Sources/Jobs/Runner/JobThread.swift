internal import Dispatch
internal import Guarding
internal import Threads

/// A thread for a single job's task: `Task(executorPreference: thread)`.
///
/// Training computes for seconds without a break, which would block everything else on the cooperative pool.
final class JobThread: TaskExecutor {
    /// Backward passes and tokenizers may need more stack than the default of 512 KiB.
    private static let stackBytes = 8 << 20

    /// State held by the thread itself, so that it does not keep its owner alive.
    private final class Queue: Sendable {
        struct Waiting {
            // Each entry retains the executor, which therefore lives until its last job has run.
            var jobs: [(job: UnownedJob, executor: JobThread)] = []
            var isFinished = false
        }

        let waiting = Guarded(Waiting())
        let wake = DispatchSemaphore(value: 0)

        /// Runs jobs until the executor is released, when what they used is free.
        func run() {
            while true {
                wake.wait()
                let (next, isFinished) = waiting.withLock { waiting in
                    (waiting.jobs.isEmpty ? nil : waiting.jobs.removeFirst(), waiting.isFinished)
                }
                if let next {
                    next.job.runSynchronously(on: next.executor.asUnownedTaskExecutor())
                } else if isFinished {
                    return returnFreedMemory()
                }
            }
        }
    }

    private let queue = Queue()

    /// - Returns: Nil if the system cannot create a thread.
    init?(name: String) {
        guard startThread(name, stackBytes: Self.stackBytes, { [queue] in queue.run() }) else { return nil }
    }

    deinit {
        queue.waiting.withLock { $0.isFinished = true }
        queue.wake.signal()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.waiting.withLock { $0.jobs.append((job, self)) }
        queue.wake.signal()
    }
}

/// Runs something on a thread of its own, as jobs run.
///
/// - Returns: Nil if the system cannot create a thread.
package func onThreadOfItsOwn<Value: Sendable>(
    _ name: String, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value? {
    guard let thread = JobThread(name: name) else { return nil }
    return try await Task(executorPreference: thread, operation: body).value
}
