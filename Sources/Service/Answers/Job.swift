import Foundation
import Jobs
import Messages
import Ranks
import Wire

extension V1.Job {
    init(_ job: JobRecord) throws {
        self.init()
        id = "\(job.id)"
        state = V1.JobState(job.state)
        reason = job.reason
        specification = try V1.JobSpecification(job.specification)
        stepsDone = Int64(job.stepsDone)
        totalSteps = job.totalSteps.map(Int64.init)
        createdAt = job.createdAt
        startedAt = job.startedAt ?? 0
        endedAt = job.endedAt ?? 0
        lastSequence = job.lastSequence
        publishedVersion = Int64(job.publishedVersion ?? 0)
        pending = job.pending ?? ""
        ranks = job.ranks.map(V1.RankShare.init)
    }

    /// A specification that was checked without creating a job.
    init(checked specification: JobSpecification) throws {
        self.init()
        self.specification = try V1.JobSpecification(specification)
        totalSteps = specification.steps.map(Int64.init)
    }
}

private typealias Share = RankShare

extension V1.RankShare {
    fileprivate init(_ share: Share) {
        self.init()
        rank = Int32(share.name.index)
        host = share.name.host
        drawnTokens = Int64(share[.drawnTokens])
        learntTokens = Int64(share[.learntTokens])
        bytesSent = Int64(share[.bytesSent])
        secondsComputing = share[.computing]
        secondsWaiting = share[.waiting]
        secondsAside = share[.aside]
    }
}

extension V1.JobState {
    init(_ state: JobState) {
        self =
            switch state {
            case .queued: .queued
            case .running: .running
            case .paused: .paused
            case .succeeded: .succeeded
            case .failed: .failed
            case .cancelled: .cancelled
            }
    }
}

extension JobState {
    /// Nil for a number that is not a state's.
    init?(_ state: V1.JobState) {
        guard let match = JobState.allCases.first(where: { V1.JobState($0) == state }) else { return nil }
        self = match
    }
}

extension V1.JobEvent {
    init(_ event: JobEvent) {
        self.init()
        sequence = event.sequence
        time = event.time
        step = Int64(event.step)
        message = event.message
        self.event = Event(event.content)
    }
}

extension V1.JobEvent.Event {
    init(_ content: JobEvent.Content) {
        switch content {
        case .stateChanged(let state, let reason, let resumedFrom):
            var message = V1.JobStateChanged()
            message.state = V1.JobState(state)
            message.reason = reason
            message.resumedFromStep = resumedFrom.map(Int64.init)
            self = .stateChanged(message)
        case .step(let metrics, let skipped, let total):
            var message = V1.JobStep()
            message.metrics = metrics
            message.skipped = skipped ?? ""
            message.totalSteps = total.map(Int64.init)
            self = .stepDone(message)
        case .evaluated(let metrics):
            var message = V1.JobEvaluated()
            message.metrics = metrics
            self = .evaluated(message)
        case .checkpointSaved(let path, let bytes):
            var message = V1.CheckpointSaved()
            message.path = path
            message.bytes = bytes
            self = .checkpointSaved(message)
        case .published(let policy, let version):
            var message = V1.PolicyPublished()
            message.policy = policy
            message.version = Int64(version)
            self = .policyPublished(message)
        case .note(_, let isWarning):
            var message = V1.JobNote()
            message.warning = isWarning
            self = .note(message)
        }
    }
}

extension V1.Checkpoint {
    init(_ checkpoint: Checkpoint) {
        self.init()
        step = Int64(checkpoint.step)
        path = checkpoint.directory.path
        bytes = checkpoint.bytes
        createdAt = checkpoint.createdAt
    }
}
