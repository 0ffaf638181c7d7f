#if canImport(Glibc)
import Glibc
#endif

/// How much of a busy processor a thread gets beside others.
public enum ThreadPriority: Sendable {
    case normal
    /// The least there is: it computes when nobody else wants to.
    case background

    /// Sets the calling thread's. A thread that is in the background cannot leave it.
    public func apply() {
        guard self == .background else { return }
        // 0 is the calling thread, on Linux, where each has a niceness of its own.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
    }
}
