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
        let isStarted = startThread("attnrl-engine") { Self.run(configuration, inbox, semaphore, watch) }
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
        let refusal = inbox.withLock { inbox -> EngineError? in
            if let refusal = inbox.refusal(
                of: request.request.count, for: request.owner, mostTokens: request.mostTokens, configuration)
            {
                return refusal
            }
            inbox.begin(
                request.request.count, for: request.owner, promptTokens: request.given.count,
                mostTokens: request.mostTokens)
            request.policy.requests.begin()
            inbox.actions.append { $0.add(request) }
            return nil
        }
        if let refusal { throw refusal }
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

    var requestCount: Int { inbox.withLock { $0.requestCount } }

    /// Ends the thread, and all requests with `EngineError.shuttingDown`.
    func stop() {
        inbox.withLock {
            $0.isClosed = true
            $0.isStopping = true
        }
        semaphore.signal()
    }

    private static func run(
        _ configuration: EngineConfiguration, _ inbox: Guarded<EngineInbox>, _ semaphore: DispatchSemaphore,
        _ watch: HoldWatch
    ) {
        let scheduler = Scheduler(configuration: configuration, watch: watch) { request in
            inbox.withLock {
                $0.end(
                    request.request.count, for: request.owner, drawnTokens: request.drawnTokens,
                    mostTokens: request.mostTokens)
            }
            request.policy.requests.end()
        }
        while true {
            let turn = inbox.withLock { $0.takeTurn() }
            if !turn.cancellations.isEmpty { watch.hold("cancellations") { scheduler.cancel(turn.cancellations) } }
            if !turn.actions.isEmpty {
                watch.hold("requests taken in") { for action in turn.actions { action(scheduler) } }
            }
            if turn.isLast {
                scheduler.remove { _ in .shuttingDown }
                return
            }
            scheduler.beginsResponses = turn.pause == .none
            let isIdle = (turn.pause == .paused || !scheduler.step()) && turn.isEmpty
            if turn.pause == .finishing, !scheduler.isComputing {
                inbox.withLock { if $0.pause == .finishing { $0.pause = .paused } }
            }
            watch.hold("the report of the load") { scheduler.reportLoad(isIdle: isIdle) }
            if isIdle { semaphore.wait() }
        }
    }
}
