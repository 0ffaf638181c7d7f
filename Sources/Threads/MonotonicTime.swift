internal import Glibc

/// Nanoseconds on a clock that cannot be set, or of a thread's processor time.
struct MonotonicTime: Comparable {
    var nanoseconds: Int64

    static var now: MonotonicTime { read(CLOCK_MONOTONIC) }

    static func read(_ clock: clockid_t) -> MonotonicTime {
        var time = Glibc.timespec()
        clock_gettime(clock, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    var timespec: Glibc.timespec {
        Glibc.timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    }

    static func < (a: MonotonicTime, b: MonotonicTime) -> Bool { a.nanoseconds < b.nanoseconds }
    static func - (a: MonotonicTime, b: MonotonicTime) -> Duration { .nanoseconds(a.nanoseconds - b.nanoseconds) }

    /// At most some 290 years.
    static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        let (seconds, attoseconds) = duration.components
        let (whole, isLarge) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (end, isLarger) = time.nanoseconds.addingReportingOverflow(whole)
        if isLarge || isLarger { return MonotonicTime(nanoseconds: seconds < 0 ? .min : .max) }
        return MonotonicTime(nanoseconds: end &+ attoseconds / 1_000_000_000)
    }
}
