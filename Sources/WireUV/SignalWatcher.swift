internal import Glibc
internal import Guarding
internal import Threads

/// Waits for signals, which no longer kill the process.
///
/// For the command line: begin a graceful shutdown on the first signal, give up on the second. Signals are delivered on
/// a separate thread, so they arrive whatever else the process is doing or stuck in.
public final class SignalWatcher: Sendable {
    public enum Signal: Int32, Sendable, CaseIterable {
        case hangup = 1
        case interrupt = 2
        case terminate = 15

        /// Those that tell a program to stop.
        public static let stopping: [Signal] = [.interrupt, .terminate]

        public var name: String {
            switch self {
            case .hangup: "SIGHUP"
            case .interrupt: "SIGINT"
            case .terminate: "SIGTERM"
            }
        }
    }

    /// The signals as they arrive.
    public let signals: AsyncStream<Signal>
    private let continuation: AsyncStream<Signal>.Continuation
    private let watched: [Signal]
    private let id: Int

    /// - Parameter receive: Called with each signal on the signal thread; it must not block.
    public init(_ watched: [Signal] = Signal.stopping, receive: @escaping @Sendable (Signal) -> Void = { _ in }) {
        let (signals, continuation) = AsyncStream.makeStream(of: Signal.self)
        self.signals = signals
        self.continuation = continuation
        self.watched = watched
        id = SignalThread.shared.add(watched) { signal in
            receive(signal)
            continuation.yield(signal)
        }
    }

    /// Restores the signals' default handling, unless another watcher waits for them.
    public func stop() {
        SignalThread.shared.remove(id, watched)
        continuation.finish()
    }
}

/// Where the signal handler writes signal numbers. Set before a handler is installed.
private nonisolated(unsafe) var signalPipe: Int32 = -1

/// The thread that signals arrive on.
///
/// Signal handlers may do next to nothing, so ours writes the number to a pipe that this thread reads.
private final class SignalThread: Sendable {
    static let shared = SignalThread()

    private struct State {
        var receivers: [Int: (watched: [SignalWatcher.Signal], receive: @Sendable (SignalWatcher.Signal) -> Void)] = [:]
        var next = 0
    }

    private let state = Guarded(State())

    private init() {
        var ends: [Int32] = [-1, -1]
        let status = pipe(&ends)
        precondition(status == 0, "there is no pipe for signals: error \(errno)")
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // Nothing may block a handler, not even a pipe full of signals.
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        signalPipe = ends[1]
        let source = ends[0]
        let isStarted = startThread("attnrl-signals") { [self] in
            while let number = Self.read(source) { received(number) }
        }
        precondition(isStarted, "there is no thread for signals")
    }

    private static func read(_ source: Int32) -> UInt8? {
        var byte: UInt8 = 0
        while true {
            let count = Glibc.read(source, &byte, 1)
            if count == 1 { return byte }
            guard count < 0, errno == EINTR else { return nil }
        }
    }

    private func received(_ number: UInt8) {
        guard let signal = SignalWatcher.Signal(rawValue: Int32(number)) else { return }
        let receivers = state.withLock { $0.receivers.sorted { $0.key < $1.key }.map(\.value) }
        for receiver in receivers where receiver.watched.contains(signal) { receiver.receive(signal) }
    }

    func add(
        _ watched: [SignalWatcher.Signal], _ receive: @escaping @Sendable (SignalWatcher.Signal) -> Void
    ) -> Int {
        state.withLock { state in
            state.next += 1
            state.receivers[state.next] = (watched, receive)
            for watched in watched {
                signal(watched.rawValue) { number in
                    let before = errno
                    var byte = UInt8(truncatingIfNeeded: number)
                    write(signalPipe, &byte, 1)
                    errno = before
                }
            }
            return state.next
        }
    }

    func remove(_ id: Int, _ watched: [SignalWatcher.Signal]) {
        state.withLock { state in
            state.receivers[id] = nil
            let others = state.receivers.values.flatMap(\.watched)
            for watched in watched where !others.contains(watched) { signal(watched.rawValue, SIG_DFL) }
        }
    }
}
