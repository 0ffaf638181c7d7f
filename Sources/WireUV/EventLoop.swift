internal import CUV
internal import DequeModule
internal import Glibc
internal import Guarding
package import Threads
internal import Wire

/// A libuv loop on its own thread, which moves bytes between sockets and their users.
///
/// Handles, connections and streams are only used on this thread. Nothing that computes, blocks or is slow runs here:
/// calls are served on `ServerThreads`. Tasks that do nothing but wait may prefer the loop as their executor.
///
/// One turn of the loop: libuv's callbacks, then the jobs and closures they (or other threads) left in the inbox, then
/// connections flush their output. A phase that has used its share of a turn continues in the next one, so turns stay
/// short under any load; `watch` measures them. A loop lives as long as the process, because a task may name it as its
/// executor at any time; the objects it serves are closed individually.
public final class EventLoop: @unchecked Sendable {
    // Sendable: `inbox` has a lock; everything else is written before the thread starts or on the thread itself.

    /// The loop used by default.
    public static let shared = EventLoop()

    enum Item {
        case taskJob(UnownedJob)
        case actorJob(UnownedJob)
        case closure(@Sendable () -> Void)
    }

    /// For actors that live on the loop.
    public var actorExecutor: ActorExecutor { residents }
    // Refers to the loop, so it is made last in `init`.
    private var residents: ActorExecutor!

    private struct Inbox {
        var items = Deque<Item>()
        /// `uv_async_send` was called and its callback has not run yet.
        var isWoken = false
    }

    let handle: UnsafeMutablePointer<uv_loop_t>
    /// Buffer that sockets read into; its contents are consumed before the next read.
    let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    /// Buffer that collects frames for a write; its contents are consumed before the next one.
    let writeBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    private let wakeUp: UnsafeMutablePointer<uv_async_t>
    private let inbox = Guarded(Inbox())
    private var thread = pthread_t()
    /// Held until `thread` is set, so that the thread itself does not read it too early.
    private let gate = Guarded(())
    private var flushes = Deque<() -> Void>()
    private var reading = ReadingTurns(share: EventLoop.share)
    private let listeners = Guarded<[ObjectIdentifier: @Sendable (HoldWatch.Hold) -> Void]>([:])

    /// Measures turns. Reports go to the listeners registered with `onHold(for:_:)`.
    package let watch: HoldWatch

    /// The most time that reading, the inbox and flushing may each take in a turn.
    private static let share = Duration.milliseconds(10)
    /// The number of jobs run between checks of the clock.
    private static let jobsPerLook = 16

    public init() {
        let listeners = listeners
        watch = HoldWatch("event loop") { hold in
            for listener in listeners.withLock({ Array($0.values) }) { listener(hold) }
        }
        handle = .allocate(capacity: 1)
        wakeUp = .allocate(capacity: 1)
        signal(SIGPIPE, SIG_IGN)
        precondition(uv_loop_init(handle) == 0, "no event loop: out of memory or file descriptors")
        handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
        let status = uv_async_init(handle, wakeUp) { EventLoop.of($0!.pointee.loop).work() }
        precondition(status == 0, "no event loop: \(UVError(status, "make its wake-up handle"))")
        residents = ActorExecutor(self)
        installTurnHandles()
        startThread()
    }

    static func of(_ handle: UnsafeMutablePointer<uv_loop_t>) -> EventLoop {
        Unmanaged<EventLoop>.fromOpaque(handle.pointee.data).takeUnretainedValue()
    }

    /// Jobs queued by timers run before the loop blocks, those queued by socket callbacks right after them.
    private func installTurnHandles() {
        let prepare = UnsafeMutablePointer<uv_prepare_t>.allocate(capacity: 1)
        uv_prepare_init(handle, prepare)
        uv_prepare_start(prepare) { EventLoop.of($0!.pointee.loop).endTurn() }
        let check = UnsafeMutablePointer<uv_check_t>.allocate(capacity: 1)
        uv_check_init(handle, check)
        uv_check_start(check) { EventLoop.of($0!.pointee.loop).work() }
    }

    private func startThread() {
        gate.withLock { _ in
            let status = pthread_create(&thread, nil, runLoopThread, Unmanaged.passRetained(self).toOpaque())
            precondition(status == 0, "no event loop: cannot start a thread (error \(status))")
        }
    }

    fileprivate func runForever() {
        gate.withLock { _ in }
        makePrompt()
        uv_run(handle, UV_RUN_DEFAULT)
        preconditionFailure("an event loop ended")
    }

    var isCurrent: Bool { pthread_equal(pthread_self(), thread) != 0 }

    /// Runs `body` on the loop: at once if already there, otherwise soon.
    func execute(_ body: @escaping @Sendable () -> Void) {
        if isCurrent { body() } else { post(.closure(body)) }
    }

    /// Runs `body` on the loop and returns what it returns.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            execute { continuation.resume(with: Result { try body() }) }
        }
    }

    /// Runs `body` at the end of this turn, after callbacks and jobs.
    ///
    /// Loop thread only.
    func atEndOfTurn(_ body: @escaping () -> Void) {
        flushes.append(body)
    }

    func post(_ item: Item) {
        let isCurrent = isCurrent
        let mustWake = inbox.withLock { inbox in
            inbox.items.append(item)
            guard !isCurrent, !inbox.isWoken else { return false }
            inbox.isWoken = true
            return true
        }
        if mustWake { uv_async_send(wakeUp) }
    }

    // MARK: Turns

    /// Calls `listener`, on a separate thread, whenever a turn took long; nil removes the listener.
    ///
    /// - Parameter owner: Identifies the listener; each owner has at most one.
    func onHold(for owner: AnyObject, _ listener: (@Sendable (HoldWatch.Hold) -> Void)?) {
        listeners.withLock { $0[ObjectIdentifier(owner)] = listener }
    }

    /// Runs a libuv callback; the first one begins a turn.
    ///
    /// Loop thread only.
    func perform<Result>(_ name: StaticString, _ body: () throws -> Result) rethrows -> Result {
        watch.begin()
        return try watch.part(name, body)
    }

    /// Whether a readable socket may be read in this turn; at least one always may.
    ///
    /// Loop thread only.
    func mayRead(_ socket: AnyObject) -> Bool { reading.mayRead(ObjectIdentifier(socket), at: .now) }

    private func endTurn() {
        work()
        reading.endTurn()
        watch.end()
    }

    private func work() {
        let isIdle = flushes.isEmpty && inbox.withLock { $0.items.isEmpty }
        if isIdle { return }
        watch.begin()
        let end = ContinuousClock.now + Self.share
        repeat {
            runInbox(until: end)
            runFlushes(until: end + Self.share)
        } while .now < end && inbox.withLock { !$0.items.isEmpty }
        // Sockets first, then the rest: this makes the next poll return at once.
        if !flushes.isEmpty || inbox.withLock({ !$0.items.isEmpty }) { uv_async_send(wakeUp) }
    }

    private func runInbox(until end: ContinuousClock.Instant) {
        var batch = inbox.withLock { inbox in
            inbox.isWoken = false
            return exchange(&inbox.items, with: Deque())
        }
        var count = 0
        while let item = batch.popFirst() {
            run(item)
            count += 1
            if count.isMultiple(of: Self.jobsPerLook), .now >= end { break }
        }
        if !batch.isEmpty {
            inbox.withLock { $0.items.prepend(contentsOf: batch) }
        }
    }

    private func runFlushes(until end: ContinuousClock.Instant) {
        while let flush = flushes.popFirst() {
            watch.part("sending") { flush() }
            if .now >= end { break }
        }
    }
}

private func runLoopThread(_ loop: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let loop { Unmanaged<EventLoop>.fromOpaque(loop).takeUnretainedValue().runForever() }
    return nil
}

/// Stores `new` in `place` and returns the old value.
func exchange<T>(_ place: inout T, with new: T) -> T {
    let old = place
    place = new
    return old
}
