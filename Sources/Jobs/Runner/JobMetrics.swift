internal import CoreMetrics
public import Metering
internal import Ranks

/// The metrics of a server's jobs.
public enum JobMetric {
    static let jobs = Metric("attnrl:jobs", .gauge, "Jobs that are not over, by state.")
    static let steps = Metric("attnrl:job_steps", .counter, "Steps that jobs did, by kind; skipped ones too.")
    static let ends = Metric("attnrl:job_ends", .counter, "Jobs that ended, by kind and state.")
    static let published = Metric("attnrl:job_versions", .counter, "Versions that jobs published, by kind.")
    static let rankBytes = Metric("attnrl:rank_bytes_sent", .counter, "Bytes that each rank sent to others.")
    static let rankTime = Metric(
        "attnrl:rank_milliseconds", .counter,
        "Time of jobs' steps, by rank, and whether it computed or waited for others.")
    static let rankTokens = Metric(
        "attnrl:rank_tokens", .counter, "Tokens by rank, and whether it drew or learnt them.")

    public static let all = [jobs, steps, ends, published, rankBytes, rankTime, rankTokens]
}

/// Records the metrics of jobs.
struct JobMetrics: Sendable {
    let factory: any MetricsFactory

    /// Counts a job's event.
    func count(_ event: JobEvent.Content, of kind: JobKind) {
        let kind = ("kind", kind.rawValue)
        switch event {
        case .step: JobMetric.steps.counter(factory, kind).increment()
        case .published: JobMetric.published.counter(factory, kind).increment()
        case .stateChanged(let state, _, _) where state.isFinal:
            JobMetric.ends.counter(factory, kind, ("state", state.rawValue)).increment()
        default: break
        }
    }

    /// Counts what each rank did in a step.
    func count(_ shares: [RankShare]) {
        for share in shares {
            let rank = ("rank", "\(share.name.index)")
            JobMetric.rankBytes.counter(factory, rank).increment(by: Int(share[.bytesSent]))
            for (activity, seconds) in [("computing", share[.computing]), ("waiting", share[.waiting])] {
                let time = JobMetric.rankTime.counter(factory, rank, ("activity", activity))
                time.increment(by: Int(1e3 * seconds))
            }
            for (activity, tokens) in [("drawing", share[.drawnTokens]), ("learning", share[.learntTokens])] {
                JobMetric.rankTokens.counter(factory, rank, ("activity", activity)).increment(by: Int(tokens))
            }
        }
    }

    func report(_ states: [JobState]) {
        for state in JobState.allCases where !state.isFinal {
            JobMetric.jobs.gauge(factory, ("state", state.rawValue)).set(states.count { $0 == state })
        }
    }
}
