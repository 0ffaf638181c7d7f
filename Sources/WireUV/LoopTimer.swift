internal import CUV

/// Calls back on the loop after a delay, once or repeatedly.
///
/// Loop thread only.
final class LoopTimer {
    private var handle: UnsafeMutablePointer<uv_timer_t>?
    private var action: (() -> Void)?
    private let loop: EventLoop

    init(on loop: EventLoop, after delay: Duration, every period: Duration? = nil, _ action: @escaping () -> Void) {
        let handle = UnsafeMutablePointer<uv_timer_t>.allocate(capacity: 1)
        self.handle = handle
        self.action = action
        self.loop = loop
        uv_timer_init(loop.handle, handle)
        handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
        // The loop's clock stands still during a turn; without this the timer could fire early.
        uv_update_time(loop.handle)
        let callback: uv_timer_cb = { LoopTimer.of($0!).fire() }
        // It also counts whole milliseconds, so a timer could fire up to one early.
        uv_timer_start(handle, callback, delay.wholeMilliseconds + 1, period?.wholeMilliseconds ?? 0)
    }

    private static func of(_ handle: UnsafeMutablePointer<uv_timer_t>) -> LoopTimer {
        Unmanaged<LoopTimer>.fromOpaque(handle.pointee.data).takeUnretainedValue()
    }

    private func fire() {
        guard let handle else { return }
        let action = action
        if uv_timer_get_repeat(handle) == 0 { cancel() }
        if let action { loop.perform("a timer", action) }
    }

    /// Cancels the timer; it will not fire again.
    func cancel() {
        guard let handle else { return }
        self.handle = nil
        action = nil
        uv_close(UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self)) { handle in
            Unmanaged<LoopTimer>.fromOpaque(handle!.pointee.data).release()
            UnsafeMutableRawPointer(handle!).assumingMemoryBound(to: uv_timer_t.self).deallocate()
        }
    }
}

extension Duration {
    /// Rounded up, so that a wait is never too short; 0 if negative, and at most about a century.
    var wholeMilliseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let fraction = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return UInt64(min(seconds, 3_000_000_000)) * 1000 + UInt64(fraction)
    }
}
