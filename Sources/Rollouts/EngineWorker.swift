import Compute
import Policy

#if canImport(Glibc)
import Glibc
#endif

/// The engine's thread: takes work from other threads between steps, steps while there is something to compute, and
/// sleeps otherwise.
final class EngineWorker: Sendable {
    private struct Inbox {
        var actions: [@Sendable (Scheduler) -> Void] = []
        var isStopping = false
        /// Sequences submitted and not yet seen to be done.
        var pending = 0
        var idleWaiters: [CheckedContinuation<Void, Never>] = []
    }

    private let inbox = Locked(Inbox())
    private let semaphore: WakeUp

    init(configuration: EngineConfiguration) {
        semaphore = WakeUp()
        let (inbox, semaphore) = (inbox, semaphore)
        Thread.start { Self.run(configuration, inbox, semaphore) }
    }

    /// Runs `action` on the engine's thread before its next step.
    func perform(_ action: @escaping @Sendable (Scheduler) -> Void) {
        inbox.withLock { $0.actions.append(action) }
        semaphore.signal()
    }

    func submit(_ request: RunningRequest, limit: Int) throws(EngineError) {
        let waiting = inbox.withLock { inbox -> Int? in
            if inbox.pending >= limit { return inbox.pending }
            inbox.pending += 1
            inbox.actions.append { $0.add(request) }
            return nil
        }
        if let waiting { throw .queueFull(waiting: waiting, limit: limit) }
        semaphore.signal()
    }

    var requestCount: Int { inbox.withLock { $0.pending } }

    func waitUntilIdle() async {
        await withCheckedContinuation { continuation in
            let isIdle = inbox.withLock { inbox in
                if inbox.pending == 0 { return true }
                inbox.idleWaiters.append(continuation)
                return false
            }
            if isIdle { continuation.resume() }
        }
    }

    func stop() {
        inbox.withLock { $0.isStopping = true }
        semaphore.signal()
    }

    private static func run(_ configuration: EngineConfiguration, _ inbox: Locked<Inbox>, _ semaphore: WakeUp) {
        let scheduler = Scheduler(configuration: configuration)
        while true {
            let actions = inbox.withLock { inbox -> [@Sendable (Scheduler) -> Void]? in
                if inbox.isStopping { return nil }
                defer { inbox.actions = [] }
                return inbox.actions
            }
            guard let actions else { return scheduler.remove { _ in .shuttingDown } }
            for action in actions { action(scheduler) }
            let worked = scheduler.step()
            let ended = scheduler.takeEnded()
            let waiters = inbox.withLock { inbox -> [CheckedContinuation<Void, Never>] in
                inbox.pending -= ended
                guard inbox.pending == 0 else { return [] }
                defer { inbox.idleWaiters = [] }
                return inbox.idleWaiters
            }
            for waiter in waiters { waiter.resume() }
            if !worked, actions.isEmpty { semaphore.wait() }
        }
    }
}

/// A counting semaphore.
private final class WakeUp: @unchecked Sendable {  // sem_t is made for several threads
    private let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        semaphore = .allocate(capacity: 1)
        sem_init(semaphore, 0, 0)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func signal() { sem_post(semaphore) }

    func wait() { while sem_wait(semaphore) != 0 {} }
}

/// A detached thread that runs one function.
private enum Thread {
    private final class Body {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    static func start(_ run: @escaping @Sendable () -> Void) {
        let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
        defer { attributes.deallocate() }
        pthread_attr_init(attributes)
        pthread_attr_setstacksize(attributes, 8 << 20)
        pthread_attr_setdetachstate(attributes, CInt(PTHREAD_CREATE_DETACHED))
        var thread: pthread_t = 0
        let status = pthread_create(&thread, attributes, { raw in
            Unmanaged<Body>.fromOpaque(raw!).takeRetainedValue().run()
            return nil
        }, Unmanaged.passRetained(Body(run)).toOpaque())
        pthread_attr_destroy(attributes)
        precondition(status == 0, "EngineWorker: cannot start a thread: error \(status)")
    }
}
