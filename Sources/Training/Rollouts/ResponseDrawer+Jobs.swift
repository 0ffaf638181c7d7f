import Jobs
import Ranks
import Rollouts
import Sampling
import Trees

extension ResponseDrawer {
    /// A drawer for jobs: yields to interactive requests, draws only from the given version, and throws a job's errors.
    ///
    /// - Parameter waitSeconds: How long a request waits for a place in the engine's queue.
    init(
        forJobsOn engine: Engine, policy: PolicyInfo, sampling: SamplingParameters, version: Int, waitSeconds: Double,
        ranks: Ranks
    ) {
        self.init(engine: engine, policy: policy, sampling: sampling, version: version)
        priority = .batch
        patience = .seconds(waitSeconds)
        window = 256
        if ranks.count > 1 { sharing = RankedDrawing(ranks: ranks) }
        failure = { error in
            switch error {
            case .policyUnloaded, .unknownPolicy, .unknownVersion: JobError.policyUnloaded(policy: policy.name)
            case .cancelled: CancellationError()
            case .shuttingDown: JobError.shuttingDown
            case let error where error.passesWithTime:
                JobError.waitedTooLong(
                    waiter: "The job", subject: "a place in the queue of requests", seconds: waitSeconds)
            default: error
            }
        }
    }
}

extension TrainingRun {
    /// Draws from a version of the policy being trained.
    func drawer(_ sampling: SamplingParameters, version: Int) -> ResponseDrawer {
        ResponseDrawer(
            forJobsOn: engine, policy: policy, sampling: sampling, version: version,
            waitSeconds: specification.limits.waitSeconds, ranks: ranks)
    }
}

extension [[DrawnResponse]] {
    /// The number of drawn tokens, as a metric.
    var tokenCount: Double { joined().reduce(0) { $0 + Double($1.rollout.tokens.count) } }
}
