import Dispatch
import Guarding
import Logging
import ModelFiles
import Threads

/// The engine's thread: takes work from other threads between steps, steps while there is something to compute, and
/// otherwise sleeps.
final class EngineWorker: Sendable {
    private let inbox = Guarded(EngineInbox())
    private let semaphore = DispatchSemaphore(value: 0)
    private let watch: HoldWatch

    init(configuration: EngineConfiguration, logger: Logger) {
        watch = HoldWatch("engine") { logger.warning("\($0)") }
        let (inbox, semaphore, watch) = (inbox, semaphore, watch)
        let isStarted = startThread("attnrl-engine") {
            let loop = EngineLoop(configuration, inbox, watch)
            while true {
                switch loop.turn() {
                case .worked: continue
                case .idle: semaphore.wait()
                case .last: return
                }
            }
        }
        // Started at program launch; the program is useless without it.
        guard isStarted else { fatalError("the system has no thread for the engine") }
    }

    /// Runs `action` on the engine's thread before its next step.
    func perform(_ action: @escaping @Sendable (Scheduler) -> Void) {
        inbox.withLock { $0.actions.append(action) }
        semaphore.signal()
    }

    /// Ends a request before the next step, ahead of all other actions.
    func cancel(_ cancellation: Cancellation) {
        guard cancellation.cancel() else { return }
        inbox.withLock { $0.cancellations.append(cancellation) }
        semaphore.signal()
    }

    /// Looks for work again: a stalled request may be able to continue.
    func wake() { semaphore.signal() }

    /// Accepts a request, unless the engine is closed or full.
    func submit(_ request: RunningRequest, _ configuration: EngineConfiguration) throws(EngineError) {
        if let refusal = inbox.withLock({ $0.accept(request, configuration) }) { throw refusal }
        semaphore.signal()
    }

    /// Pauses or resumes computing at the next step.
    func setPause(_ pause: EngineInbox.Pause) {
        inbox.withLock { $0.pause = pause }
        semaphore.signal()
    }

    var pause: EngineInbox.Pause { inbox.withLock { $0.pause } }

    /// Returns once the engine's thread has handled everything requested of it before.
    func catchUp() async {
        await withCheckedContinuation { continuation in perform { _ in continuation.resume() } }
    }

    /// Accepts no more requests. Those accepted earlier are already in the inbox, so any later action sees them.
    func close() { inbox.withLock { $0.isClosed = true } }

    /// The longest hold of the thread, not counting forward passes.
    var worstHold: HoldWatch.Hold? { watch.worst }

    func forgetWorstHold() { watch.forgetWorst() }

    var requestCount: Int { inbox.withLock { $0.requestCount } }

    /// Ends the thread, and all requests with `EngineError.shuttingDown`.
    func stop() {
        inbox.withLock {
            $0.isClosed = true
            $0.isStopping = true
        }
        semaphore.signal()
    }
}
