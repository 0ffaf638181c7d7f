import Wire

/// A job's progress according to its events: shares, rates and curves.
struct JobProgress {
    /// The number of steps that the rate is computed over: enough to be steady, few enough to follow changes.
    private static let rateSteps = 20

    private(set) var state = V1.JobState.unspecified
    private(set) var reason = ""
    private(set) var step: Int64 = 0
    private(set) var total: Int64?
    private(set) var version: Int64?
    /// Values by step; for a step repeated after a restart, the last one counts.
    private var curves: [String: [(step: Int64, value: Double)]] = [:]
    /// When the latest steps were done, since the job last began computing.
    private var times: [(step: Int64, time: Double)] = []

    mutating func take(_ event: V1.JobEvent) {
        step = event.step
        switch event.event {
        case .stateChanged(let change):
            (state, reason) = (change.state, change.reason)
            times = change.state == .running ? [(event.step, event.time)] : []
        case .stepDone(let done):
            total = done.totalSteps ?? total
            times = (times + [(event.step, event.time)]).suffix(Self.rateSteps + 1)
            add(done.metrics, at: event.step)
        case .evaluated(let evaluated): add(evaluated.metrics, at: event.step)
        case .policyPublished(let published): version = published.version
        case .checkpointSaved, .note, nil: break
        }
    }

    private mutating func add(_ metrics: [String: Double], at step: Int64) {
        for (name, value) in metrics {
            while let last = curves[name]?.last, last.step >= step { curves[name]?.removeLast() }
            curves[name, default: []].append((step, value))
        }
    }

    /// The share of the job that is done, 0 to 1; nil while its length is unknown.
    var share: Double? {
        guard let total, total > 0 else { return nil }
        return min(max(Double(step) / Double(total), 0), 1)
    }

    /// Steps per second over the latest ones; nil until there are two points in time.
    var rate: Double? {
        guard let first = times.first, let last = times.last, last.time > first.time, last.step > first.step else {
            return nil
        }
        return (Double(last.step) - Double(first.step)) / (last.time - first.time)
    }

    /// Seconds until the job ends at that rate.
    var remaining: Double? {
        guard let rate, let total, state == .running else { return nil }
        return max(Double(total) - Double(step), 0) / rate
    }

    /// Names of the metrics, the most telling first.
    var metricNames: [String] { Self.ordered(curves.keys) }

    static func ordered(_ metrics: some Collection<String>) -> [String] {
        let first = ["reward/mean", "reward", "eval", "loss", "policy/entropy", "response/tokens"]
        func rank(_ name: String) -> Int { first.firstIndex { name.hasPrefix($0) } ?? first.count }
        return metrics.sorted { (rank($0), $0) < (rank($1), $1) }
    }

    func values(of name: String) -> [Double] { curves[name]?.map(\.value) ?? [] }
}
