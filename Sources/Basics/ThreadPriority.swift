#if canImport(Glibc)
import Glibc
#endif

/// A thread's share of a busy processor relative to others.
public enum ThreadPriority: CInt, Sendable {
    case normal = 0
    /// About a third of what a normal thread gets.
    case low = 5
    /// The lowest priority: runs only when nothing else needs the processor.
    case background = 19

    /// SCHED_IDLE, which glibc's headers only define for GNU sources.
    private static let idlePolicy: CInt = 5

    /// Applies this priority to the calling thread. A thread cannot raise it again.
    public func apply() {
        guard self != .normal else { return }
        // 0 is the calling thread, on Linux, where each has its own niceness.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, rawValue)
        guard self == .background else { return }
        // Niceness alone does not tell the system that a processor running this thread is as good as idle: it then puts
        // two threads of other work on one processor, where they wait for each other.
        var parameters = sched_param()
        sched_setscheduler(0, Self.idlePolicy, &parameters)
    }
}
