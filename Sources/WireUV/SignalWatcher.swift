internal import CUV
internal import Glibc

/// Waits for SIGINT and SIGTERM in place of the process dying of them.
///
/// For the command line: begin a graceful shutdown at the first signal, give up at the second.
public final class SignalWatcher: Sendable {
    public enum Signal: Int32, Sendable, CaseIterable {
        case interrupt = 2
        case terminate = 15

        public var name: String { self == .interrupt ? "SIGINT" : "SIGTERM" }
    }

    /// The signals as they arrive.
    public let signals: AsyncStream<Signal>
    private let loop: EventLoop
    private let handles: [SignalHandle]

    public init(_ watched: [Signal] = Signal.allCases, on loop: EventLoop = .shared) async throws {
        let (signals, continuation) = AsyncStream.makeStream(of: Signal.self)
        self.signals = signals
        self.loop = loop
        handles = try await loop.run {
            try watched.map { signal in
                try SignalHandle(signal, on: loop) { continuation.yield(signal) }
            }
        }
    }

    /// Gives the signals back to the process's defaults.
    public func stop() {
        loop.execute { [handles] in
            for handle in handles { handle.close() }
        }
    }
}

/// A `uv_signal_t` and what to do about its signal.
///
/// Sendable because it is only touched on the loop.
private final class SignalHandle: @unchecked Sendable {
    private var handle: UnsafeMutablePointer<uv_signal_t>?
    private let action: () -> Void

    init(_ signal: SignalWatcher.Signal, on loop: EventLoop, _ action: @escaping () -> Void) throws {
        self.action = action
        let handle = UnsafeMutablePointer<uv_signal_t>.allocate(capacity: 1)
        uv_signal_init(loop.handle, handle)
        self.handle = handle
        handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
        let status = uv_signal_start(
            handle, { handle, _ in SignalHandle.of(handle!.pointee.data).action() }, signal.rawValue)
        guard status == 0 else {
            close()
            throw UVError(status, "watch for \(signal.name)")
        }
    }

    private static func of(_ data: UnsafeMutableRawPointer) -> SignalHandle {
        Unmanaged<SignalHandle>.fromOpaque(data).takeUnretainedValue()
    }

    func close() {
        guard let handle else { return }
        self.handle = nil
        uv_close(UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self)) { handle in
            Unmanaged<SignalHandle>.fromOpaque(handle!.pointee.data).release()
            UnsafeMutableRawPointer(handle!).assumingMemoryBound(to: uv_signal_t.self).deallocate()
        }
    }
}
