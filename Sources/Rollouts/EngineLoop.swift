import Guarding
import Threads

/// What the engine's thread does: one turn after another, each with at most one step of the scheduler.
///
/// Separate from the thread and its sleep, so that a simulation can take the same turns.
struct EngineLoop {
    enum Turn {
        case worked
        /// Nothing can be done until somebody asks for something.
        case idle
        /// It was the last.
        case last
    }

    let scheduler: Scheduler
    private let inbox: Guarded<EngineInbox>
    private let watch: HoldWatch

    /// - Parameter now: What owners' allowances are refilled by, and steps are timed by.
    init(
        _ configuration: EngineConfiguration, _ inbox: Guarded<EngineInbox>, _ watch: HoldWatch,
        now: @escaping () -> ContinuousClock.Instant = { .now }
    ) {
        self.inbox = inbox
        self.watch = watch
        scheduler = Scheduler(configuration: configuration, watch: watch, now: now) { request in
            inbox.withLock {
                $0.end(
                    request.request.count, for: request.owner, drawnTokens: request.drawnTokens,
                    mostTokens: request.mostTokens, now: now())
            }
            request.policy.requests.end()
        }
    }

    func turn() -> Turn {
        let turn = inbox.withLock { $0.takeTurn() }
        if !turn.cancellations.isEmpty { watch.hold("cancellations") { scheduler.cancel(turn.cancellations) } }
        if !turn.actions.isEmpty {
            watch.hold("requests taken in") { for action in turn.actions { action(scheduler) } }
        }
        if turn.isLast {
            scheduler.remove { _ in .shuttingDown }
            return .last
        }
        scheduler.beginsResponses = turn.pause == .none
        let isIdle = (turn.pause == .paused || !scheduler.step()) && turn.isEmpty
        if turn.pause == .finishing, !scheduler.isComputing {
            inbox.withLock { if $0.pause == .finishing { $0.pause = .paused } }
        }
        watch.hold("the report of the load") { scheduler.reportLoad(isIdle: isIdle) }
        return isIdle ? .idle : .worked
    }
}
