internal import Dispatch
internal import Guarding
internal import Threads

/// A thread of a job's own, that its task runs on: `Task(executorPreference: thread)`.
///
/// Training computes for seconds without a break. On the cooperative pool that would keep everything else waiting.
final class JobThread: TaskExecutor {
    /// Backward passes and tokenizers may go deeper than the 512 KiB that threads get otherwise.
    private static let stackBytes = 8 << 20

    /// What the thread itself holds, so that it does not keep its owner alive.
    private final class Queue: Sendable {
        struct Waiting {
            // Each holds the executor, which therefore lives until its last job ran.
            var jobs: [(job: UnownedJob, executor: JobThread)] = []
            var isFinished = false
        }

        let waiting = Guarded(Waiting())
        let wake = DispatchSemaphore(value: 0)

        /// Runs jobs until the executor is gone.
        func run() {
            while true {
                wake.wait()
                let (next, isFinished) = waiting.withLock { waiting in
                    (waiting.jobs.isEmpty ? nil : waiting.jobs.removeFirst(), waiting.isFinished)
                }
                if let next {
                    next.job.runSynchronously(on: next.executor.asUnownedTaskExecutor())
                } else if isFinished {
                    return
                }
            }
        }
    }

    private let queue = Queue()

    /// - Returns: nil when the system has no thread to give.
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
