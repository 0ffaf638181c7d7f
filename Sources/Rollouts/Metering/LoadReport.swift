import CoreMetrics
import Policy

/// Reports each policy's load. Engine thread only.
struct LoadReport {
    struct Load {
        let policy: HostedPolicy
        /// The number of its responses that have not ended.
        var unfinished = 0
        /// The number of those being computed.
        var running = 0

        init(_ policy: HostedPolicy) { self.policy = policy }
    }

    /// Counting visits every request, so it is done only as often as observers need.
    private static let interval = Duration.milliseconds(250)

    private var last = ContinuousClock.now - Self.interval
    /// Policies that had work at the last report.
    private var busy: [ObjectIdentifier: HostedPolicy] = [:]

    /// - Parameters:
    ///   - isIdle: Whether the next report may be a long time off, so this one must be up to date.
    ///   - hasRequests: Whether there are any now. A paused engine holds them and is idle.
    mutating func isDue(isIdle: Bool, hasRequests: Bool) -> Bool {
        let now = ContinuousClock.now
        guard now - last >= Self.interval || isIdle && (hasRequests || !busy.isEmpty) else { return false }
        last = now
        return true
    }

    mutating func report(_ loads: [ObjectIdentifier: Load]) {
        for (key, policy) in busy where loads[key] == nil { Self.report(Load(policy)) }
        for load in loads.values { Self.report(load) }
        busy = loads.mapValues(\.policy)
    }

    private static func report(_ load: Load) {
        let metrics = load.policy.metrics, runtime = load.policy.runtime
        metrics.running.set(load.running)
        metrics.waiting.set(load.unfinished - load.running)
        let capacity = max(runtime.pool.capacity, 1)
        let used = capacity - runtime.pool.freeCount - runtime.cache.idleCount
        metrics.cacheUse.set(Double(used) / Double(capacity))
    }
}
