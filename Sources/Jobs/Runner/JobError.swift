/// What can go wrong with jobs, insofar as a user or operator can do something about it.
public enum JobError: Error, Sendable, Equatable, CustomStringConvertible {
    case unknownJob(JobID)
    /// Another unfinished job already uses this policy.
    case policyBusy(policy: String, job: JobID)
    /// The key that asks has as many unfinished jobs as it may have.
    case quotaFull(limit: Int)
    /// The operation is not allowed in the job's state.
    case wrongState(job: JobID, state: JobState, wanted: String)
    /// The job's specification does not enable feedback.
    case feedbackNotEnabled(JobID)
    /// The request id was used for another specification.
    case requestIDTaken(requestID: String, job: JobID)
    /// Another request with feedback had this id.
    case feedbackIDTaken(requestID: String, job: JobID)
    /// This server cannot run jobs of this kind.
    case kindNotAvailable(kind: String, available: [String])
    /// The job's policy was unloaded, so it pauses.
    case policyUnloaded(policy: String)
    /// Losses or gradients were not finite in too many consecutive steps.
    case tooManyBadSteps(count: Int, last: String)
    /// The data cannot be used for training.
    case data(reason: String)
    /// An external reward returned no verdicts, and the job does not continue without them.
    case rewardFailed(address: String, attempts: Int, reason: String)
    /// Something did not arrive in time.
    case waitedTooLong(waiter: String, subject: String, seconds: Double)
    /// No space is left on the device.
    case outOfSpace(path: String)
    /// Another process uses the folder.
    case folderInUse(path: String)
    case unknownCheckpoint(job: JobID, step: Int, existing: [Int])
    case noCheckpoint(JobID)
    /// The job's kind does not train a policy, so its checkpoints hold none.
    case noPolicy(job: JobID, kind: String)
    /// The job has kept no trees, or none for this step.
    case unknownTrees(job: JobID, step: Int?, existing: [Int])
    /// There is no set of comparisons of this name.
    case unknownPreferences(set: String)
    /// A job that is not over reads the set.
    case preferencesInUse(set: String, job: JobID)
    /// The checkpoint is torn or has been changed.
    case damagedCheckpoint(path: String, reason: String)
    /// Something already exists at the export's target.
    case exportExists(path: String)
    /// The job store does not work.
    case store(path: String, reason: String)
    /// A file cannot be read or written.
    case file(path: String, reason: String)
    case shuttingDown

    public var description: String {
        switch self {
        case .unknownJob(let job):
            "There is no job \(job). `attnrl job ls` lists those there are."
        case .policyBusy(let policy, let job):
            "Job \(job) uses the policy \"\(policy)\" already. Wait for it, cancel it, or choose another policy."
        case .quotaFull(let limit):
            "Your key may have \(limit) unfinished \(limit == 1 ? "job" : "jobs"). Cancel one, or wait until one is over."
        case .wrongState(let job, let state, let wanted):
            "Job \(job) is \(state.rawValue), and only one that is \(wanted) allows this."
        case .feedbackNotEnabled(let job):
            "Job \(job) takes no feedback. Create one with feedback.enabled: true."
        case .requestIDTaken(let requestID, let job):
            "The request id \"\(requestID)\" made job \(job), from another specification. Use a new id for a new job."
        case .feedbackIDTaken(let requestID, let job):
            "The request id \"\(requestID)\" has brought other records to \(job). Use a new id for new records."
        case .kindNotAvailable(let kind, let available):
            "This server cannot run jobs of kind \(kind). It runs "
                + (available.isEmpty ? "none." : available.joined(separator: ", ") + ".")
        case .policyUnloaded(let policy) where policy.isEmpty:
            "The policy that the job had is not loaded any more. Load one and resume the job, or cancel it."
        case .policyUnloaded(let policy):
            "The policy \"\(policy)\" is not loaded any more. Load it under this name and resume the job, or cancel it."
        case .tooManyBadSteps(let count, let last):
            "\(count) steps in a row had to be skipped. The last: \(last) Lower the learning rate, or look at the data; "
                + "limits.bad_steps sets how many are allowed."
        case .data(let reason): reason
        case .rewardFailed(let address, let attempts, let reason):
            "The reward service at \(address) gave no verdicts in \(attempts) attempts: \(reason). "
                + "reward.external.on_failure sets what happens then."
        case .waitedTooLong(let waiter, let subject, let seconds):
            "\(waiter) waited \(seconds) seconds for \(subject). limits.wait_seconds sets how long a job waits."
        case .outOfSpace(let path):
            "No space is left for \(path). Free some and resume the job: nothing is lost."
        case .folderInUse(let path):
            "Another process uses the jobs folder \(path). Give each server a folder of its own with --jobs."
        case .unknownCheckpoint(let job, let step, let existing):
            "Job \(job) has no checkpoint of step \(step). It has "
                + (existing.isEmpty ? "none." : existing.map(String.init).joined(separator: ", ") + ".")
        case .noCheckpoint(let job):
            "Job \(job) has no checkpoint yet. Pause it to save one."
        case .noPolicy(let job, let kind):
            "Job \(job) is of kind \(kind), which trains no policy: there is none to export. What it found is among its "
                + "events: `attnrl job logs \(job)`."
        case .unknownTrees(let job, let step, let existing):
            existing.isEmpty
                ? "Job \(job) has kept no trees. Jobs of kind "
                    + "\(Set<JobKind>.branching.names(separator: " and ")) keep some, as trees.every_steps says."
                : "Job \(job) has kept no trees of step \(step ?? 0). It has some of steps "
                    + existing.map(String.init).joined(separator: ", ") + "."
        case .unknownPreferences(let set):
            "There is no set of comparisons \"\(set)\". `attnrl prefs add \(set) pairs.jsonl` makes it."
        case .preferencesInUse(let set, let job):
            "Job \(job) reads the set \"\(set)\". Wait until it is over, or cancel it."
        case .damagedCheckpoint(let path, let reason):
            "The checkpoint \(path) is damaged: \(reason) Use another one, or move it away."
        case .exportExists(let path):
            "\(path) exists. Give a folder that does not exist yet."
        case .store(let path, let reason): "The store of jobs \(path) does not work: \(reason)"
        case .file(let path, let reason): "\(path): \(reason)"
        case .shuttingDown: "The server is shutting down. Its jobs go on when it starts again."
        }
    }
}
