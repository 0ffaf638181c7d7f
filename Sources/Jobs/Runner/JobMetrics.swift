internal import CoreMetrics
public import Metering

/// The metrics of a server's jobs.
public enum JobMetric {
    static let jobs = Metric("attnrl:jobs", .gauge, "Jobs that are not over, by state.")
    static let steps = Metric("attnrl:job_steps", .counter, "Steps that jobs did, by kind; skipped ones too.")
    static let ends = Metric("attnrl:job_ends", .counter, "Jobs that ended, by kind and state.")
    static let published = Metric("attnrl:job_versions", .counter, "Versions that jobs published, by kind.")

    public static let all = [jobs, steps, ends, published]
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

    func report(_ states: [JobState]) {
        for state in JobState.allCases where !state.isFinal {
            JobMetric.jobs.gauge(factory, ("state", state.rawValue)).set(states.count { $0 == state })
        }
    }
}
