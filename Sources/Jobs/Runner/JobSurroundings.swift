internal import Foundation

/// Where a runner's work runs, and the clocks it reads.
struct JobSurroundings: Sendable {
    /// Seconds since 1970.
    var now: @Sendable () -> Double = { Date().timeIntervalSince1970 }
    /// Measures periods of grace.
    var clock: any Clock<Duration> = ContinuousClock()
    /// Makes a thread for one job; nil if the system has none.
    var thread: @Sendable (_ name: String) -> (any TaskExecutor)? = { JobThread(name: $0) }
    /// Where watchers read from the store, which blocks for milliseconds.
    var storeThreads: any TaskExecutor = StoreThreads.shared
}
