#if canImport(Glibc)
import Glibc
#endif

/// How much of a busy processor a thread gets beside others.
public enum ThreadPriority: CInt, Sendable {
    case normal = 0
    /// About a third of what a normal thread gets.
    case low = 5
    /// The least there is: it computes when nobody else wants to.
    case background = 19

    /// Sets the calling thread's. A thread cannot go up again.
    public func apply() {
        guard self != .normal else { return }
        // 0 is the calling thread, on Linux, where each has a niceness of its own.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, rawValue)
    }
}
