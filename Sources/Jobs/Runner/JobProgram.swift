public import Foundation

/// What a job computes.
///
/// A program is made, used and dropped on its job's own thread, so it needs no locks; what it awaits resumes there. The
/// runner calls one method at a time. Its state is what `saveCheckpoint` writes: a program made from that checkpoint
/// must go on exactly as this one would have.
public protocol JobProgram: AnyObject {
    /// Steps done since the job began, those before a restart included.
    var stepsDone: Int { get }

    /// Steps that the whole job takes; nil while that is not known.
    var totalSteps: Int? { get }

    /// Whether the last step was done.
    var isFinished: Bool { get }

    /// Does one step.
    ///
    /// A step that is cancelled (`Task.checkCancellation`) throws `CancellationError`; the program is dropped then.
    ///
    /// - Throws: `JobError` for what the job's owner can do something about; whatever else ends the job as failed.
    func step() async throws -> StepReport

    /// Writes the whole state; of a program that trains, the weights into `policy/` in Hugging Face layout.
    ///
    /// The folder exists and is empty. Files need not be synchronised, named for the checkpoint, or checksummed: the
    /// runner does that, and gives the folder its name when all is done.
    ///
    /// - Throws: Any error: the job pauses then, with the program kept as it is, and this is called again.
    func saveCheckpoint(into directory: URL) throws

    /// Examines the policy on held-out data.
    ///
    /// Called after the steps that `evaluation.every_steps` names; of a program that does not train, once after its last
    /// step: its result.
    ///
    /// - Returns: Metrics by name.
    func evaluate() async throws -> [String: Double]
}

/// A program that changes its policy: one of a kind that trains.
public protocol TrainingProgram: JobProgram {
    /// Writes the weights alone, as `saveCheckpoint` does.
    func savePolicy(into directory: URL) throws

    /// Serves the weights as a new version of the policy.
    ///
    /// - Parameter folder: Where they were saved, for the version to name.
    /// - Returns: The version.
    func publish(from folder: URL) async throws -> Int
}

/// What one step did.
public struct StepReport: Sendable, Equatable {
    /// Figures by name, as `loss` or `reward/mean`.
    public var metrics: [String: Double]
    /// What the job's owner should know of, in words.
    public var notes: [String]
    /// Why nothing was learnt in this step, with the batch it concerns; nil when it went well.
    ///
    /// For losses and gradients that are not finite. After `limits.bad_steps` of them in a row the job fails.
    public var skipped: String?

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
    /// The verified checkpoint to go on from; nil for a job that begins.
    public let checkpoint: Checkpoint?
    /// The job's folder, for what it keeps beside checkpoints.
    public let folder: URL
    /// Records that callers sent, if the job takes any.
    public let feedback: FeedbackSource
    /// Adds a note to the job's events, in the middle of a step too.
    public let note: @Sendable (String) -> Void
}

/// What makes the programs of one kind of job.
public struct JobProgramFactory: Sendable {
    /// Checks what only the server can know: the policy, the data's files, the reward's pattern.
    ///
    /// Called before a job is created, so that all problems come at once with those of the fields.
    public let check: @Sendable (JobSpecification) async -> [SpecificationProblem]

    /// Makes a program, on the job's thread.
    ///
    /// - Throws: As `JobProgram.step`.
    public let make: @Sendable (JobContext) async throws -> any JobProgram

    public init(
        check: @escaping @Sendable (JobSpecification) async -> [SpecificationProblem],
        make: @escaping @Sendable (JobContext) async throws -> any JobProgram
    ) {
        self.check = check
        self.make = make
    }
}
