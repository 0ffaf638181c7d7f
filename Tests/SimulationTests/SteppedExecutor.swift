import Basics

/// Runs tasks on the thread that asks it to, in an order drawn at random: the clients of a simulated engine.
final class SteppedExecutor: TaskExecutor, @unchecked Sendable {  // one thread
    private var jobs: [UnownedJob] = []

    /// Whether no task has anything to do.
    var isIdle: Bool { jobs.isEmpty }

    func enqueue(_ job: consuming ExecutorJob) { jobs.append(UnownedJob(job)) }

    /// Runs what can be run, and what that makes ready.
    ///
    /// - Parameter limit: The most jobs to run; the others stay for the next time.
    func run(_ random: inout SplitMix, limit: Int = .max) {
        var left = limit
        while !jobs.isEmpty, left > 0 {
            let place = Int(random.next() % UInt64(jobs.count))
            jobs.swapAt(place, jobs.count - 1)
            jobs.removeLast().runSynchronously(on: asUnownedTaskExecutor())
            left -= 1
        }
    }
}
