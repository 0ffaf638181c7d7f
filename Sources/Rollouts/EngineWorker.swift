import Dispatch
import Foundation
import Guarding

/// The engine's thread: takes work from other threads between steps, steps while there is something to compute, and
/// sleeps otherwise.
final class EngineWorker: Sendable {
    private struct Inbox {
        var actions: [@Sendable (Scheduler) -> Void] = []
        /// No more requests are taken.
        var isClosed = false
        var isStopping = false
        /// Requests submitted that have not ended.
        var pending = 0
    }

    private let inbox = Guarded(Inbox())
    private let semaphore = DispatchSemaphore(value: 0)

    init(configuration: EngineConfiguration) {
        let (inbox, semaphore) = (inbox, semaphore)
        let thread = Thread {
            // Foundation gives a name to the system only if it has noted by now which thread this is.
            try? "attnrl-engine".write(toFile: "/proc/thread-self/comm", atomically: false, encoding: .utf8)
            Self.run(configuration, inbox, semaphore)
        }
        thread.stackSize = 16 << 20
        thread.start()
    }

    /// Runs `action` on the engine's thread before its next step.
    func perform(_ action: @escaping @Sendable (Scheduler) -> Void) {
        inbox.withLock { $0.actions.append(action) }
        semaphore.signal()
    }

    /// Looks for work again: a request that was not computed may go on.
    func wake() { semaphore.signal() }

    func submit(_ request: RunningRequest, limit: Int) throws(EngineError) {
        let refusal = inbox.withLock { inbox -> EngineError? in
            if inbox.isClosed { return .shuttingDown }
            if inbox.pending >= limit { return .queueFull(requests: inbox.pending, limit: limit) }
            inbox.pending += 1
            request.policy.requests.begin()
            inbox.actions.append { $0.add(request) }
            return nil
        }
        if let refusal { throw refusal }
        semaphore.signal()
    }

    /// Takes no more requests. Those taken before are in the inbox already: whatever is performed from now on finds
    /// them.
    func close() { inbox.withLock { $0.isClosed = true } }

    var requestCount: Int { inbox.withLock { $0.pending } }

    /// Ends the thread, and what it computes with `EngineError.shuttingDown`.
    func stop() {
        inbox.withLock {
            $0.isClosed = true
            $0.isStopping = true
        }
        semaphore.signal()
    }

    private static func run(
        _ configuration: EngineConfiguration, _ inbox: Guarded<Inbox>, _ semaphore: DispatchSemaphore
    ) {
        let scheduler = Scheduler(configuration: configuration) { policy in
            inbox.withLock { $0.pending -= 1 }
            policy.requests.end()
        }
        while true {
            let (actions, isStopping) = inbox.withLock { inbox in
                defer { inbox.actions = [] }
                return (inbox.actions, inbox.isStopping)
            }
            // Also when stopping: a request that has just come needs an end, too.
            for action in actions { action(scheduler) }
            if isStopping { scheduler.remove { _ in .shuttingDown } }
            let worked = !isStopping && scheduler.step()
            if isStopping { return }
            if !worked, actions.isEmpty { semaphore.wait() }
        }
    }
}
