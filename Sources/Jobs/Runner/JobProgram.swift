public import Foundation
public import Ranks

/// The computation of a job.
///
/// A program is created, used and released on its job's own thread, so it needs no locks; awaited calls resume there.
/// The runner calls one method at a time. Its state is what `saveCheckpoint` writes: a program made from that
/// checkpoint must continue exactly as this one would have.
public protocol JobProgram: AnyObject {
    /// The number of steps done since the job began, including those before a restart.
    var stepsDone: Int { get }

    /// The total number of steps; nil while unknown.
    var totalSteps: Int? { get }

    /// Whether the last step was done.
    var isFinished: Bool { get }

    /// Does one step.
    ///
    /// A cancelled step (`Task.checkCancellation`) throws `CancellationError`; the program is then discarded.
    ///
    /// - Throws: `JobError` for problems that the job's owner can fix; any other error ends the job as failed.
    func step() async throws -> StepReport

    /// Writes the whole state; a program that trains writes the weights to `policy/` in Hugging Face layout.
    ///
    /// The folder exists and is empty. Files need not be synchronised, named for the checkpoint, or checksummed: the
    /// runner does that, and gives the folder its name once everything is done.
    ///
    /// - Throws: Any error: the job then pauses, keeping the program as it is, and this is called again later.
    func saveCheckpoint(into directory: URL) throws

    /// Evaluates the policy on held-out data.
    ///
    /// Called after the steps given by `evaluation.every_steps`; for a program that does not train, once after its last
    /// step, to obtain its result.
    ///
    /// - Returns: Metrics by name.
    func evaluate() async throws -> [String: Double]
}

/// A program of a kind that trains its policy.
public protocol TrainingProgram: JobProgram {
    /// Writes the weights alone, as `saveCheckpoint` does.
    func savePolicy(into directory: URL) throws

    /// Serves the weights as a new version of the policy.
    ///
    /// - Parameter folder: Where the weights were saved, recorded in the version.
    /// - Returns: The version.
    func publish(from folder: URL) async throws -> Int
}

/// What a step did.
public struct StepReport: Sendable, Equatable {
    /// Figures by name, such as `loss` or `reward/mean`.
    public var metrics: [String: Double]
    /// Messages for the job's owner.
    public var notes: [String]
    /// Why nothing was learnt in this step, naming the batch concerned; nil if it went well.
    ///
    /// For losses and gradients that are not finite. The job fails after `limits.bad_steps` of them in a row.
    public var skipped: String?
    /// What each rank did; empty where there is one.
    public var ranks: [RankShare] = []

    /// Its figures, and those of ranks.
    var allMetrics: [String: Double] {
        var all = metrics
        if !ranks.isEmpty { all["ranks/count"] = Double(ranks.count) }
        for rank in ranks { all.merge(rank.metrics) { $1 } }
        return all
    }

    public init(metrics: [String: Double] = [:], notes: [String] = [], skipped: String? = nil) {
        self.metrics = metrics
        self.notes = notes
        self.skipped = skipped
    }
}

/// What a program is made from.
public struct JobContext: Sendable {
    public let job: JobID
    public let specification: JobSpecification
    /// The verified checkpoint to resume from; nil for a new job.
    public package(set) var checkpoint: Checkpoint?
    /// The job's folder, for files other than checkpoints.
    public let folder: URL
    /// Records sent by callers, if the job accepts any.
    public package(set) var feedback: FeedbackSource
    /// Comparisons that people made.
    public var preferences = PreferenceSource.none
    /// Adds a note to the job's events, even in the middle of a step.
    public let note: @Sendable (String) -> Void
    /// Those that work on the job, each with a program of its own.
    public package(set) var ranks = Ranks.alone
    /// The job's thread; nil where there is none of its own.
    let thread: (any TaskExecutor)?

    package init(
        job: JobID, specification: JobSpecification, checkpoint: Checkpoint?, folder: URL, feedback: FeedbackSource,
        preferences: PreferenceSource = .none, thread: (any TaskExecutor)? = nil,
        note: @escaping @Sendable (String) -> Void
    ) {
        (self.job, self.specification, self.checkpoint) = (job, specification, checkpoint)
        (self.folder, self.feedback, self.preferences) = (folder, feedback, preferences)
        (self.thread, self.note) = (thread, note)
    }

    /// Does something to its end on the job's thread, whether or not the job is cancelled meanwhile.
    package func uninterrupted<Value: Sendable>(_ body: @escaping () async throws -> Value) async throws -> Value {
        // The caller waits, on the same thread.
        nonisolated(unsafe) let body = body
        return try await Task(executorPreference: thread) { try await body() }.value
    }
}

/// Makes the programs for one kind of job.
public struct JobProgramFactory: Sendable {
    /// Checks what only the server can know: the policy, the data files, the reward's pattern.
    ///
    /// Called before a job is created, so that these problems are reported together with those of the fields.
    public let check: @Sendable (JobSpecification) async -> [SpecificationProblem]

    /// Makes a program on the job's thread.
    ///
    /// - Throws: As for `JobProgram.step`.
    public let make: @Sendable (JobContext) async throws -> any JobProgram

    public init(
        check: @escaping @Sendable (JobSpecification) async -> [SpecificationProblem],
        make: @escaping @Sendable (JobContext) async throws -> any JobProgram
    ) {
        self.check = check
        self.make = make
    }
}
