internal import Dispatch
internal import Foundation
internal import Guarding

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

    init(name: String) {
        let thread = Thread { [queue] in
            // Foundation gives a name to the system only if it has noted by now which thread this is.
            try? name.write(toFile: "/proc/thread-self/comm", atomically: false, encoding: .utf8)
            queue.run()
        }
        thread.stackSize = Self.stackBytes
        thread.start()
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
