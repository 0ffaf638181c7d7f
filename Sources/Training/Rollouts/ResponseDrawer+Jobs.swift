import Jobs
import Rollouts
import Sampling
import Trees

extension ResponseDrawer {
    /// As jobs draw: behind interactive requests, from one version or not at all, and with a job's words for what goes
    /// wrong.
    ///
    /// - Parameter waitSeconds: How long a request waits for a place in the engine's queue.
    init(
        forJobsOn engine: Engine, policy: PolicyInfo, sampling: SamplingParameters, version: Int, waitSeconds: Double
    ) {
        self.init(engine: engine, policy: policy, sampling: sampling, version: version)
        priority = .batch
        patience = .seconds(waitSeconds)
        window = 256
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
    /// Draws from a version of the policy that is trained.
    func drawer(_ sampling: SamplingParameters, version: Int) -> ResponseDrawer {
        ResponseDrawer(
            forJobsOn: engine, policy: policy, sampling: sampling, version: version,
            waitSeconds: specification.limits.waitSeconds)
    }
}

extension [[DrawnResponse]] {
    /// Tokens that were drawn, as a figure.
    var tokenCount: Double { joined().reduce(0) { $0 + Double($1.rollout.tokens.count) } }
}
