import ArgumentParser
import Wire

struct JobWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Follow a job until it is over.",
        discussion: """
            On a terminal: progress, rate and curves. Elsewhere, and with -o jsonl, a line
            for each event. Ends like `job wait`: 100 when the job failed, 101 when it was
            cancelled. Ctrl-C stops watching; the job goes on.
            """)

    @OptionGroup var job: JobArguments

    @Option(
        help: ArgumentHelp("Begin behind the event of this number, 0 for the first of all.", valueName: "number"))
    var after: Int64 = 0

    @OptionGroup var connection: PatientConnectionArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func validate() throws {
        guard after >= 0 else { throw ValidationError("--after is \(after). Give 0 or more.") }
    }

    func run() async throws {
        try await JobFollowing(
            job: job.job, after: after, view: jobView(output.output, Output.data), connection: connection
        ).run()
    }
}

struct JobWait: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait", abstract: "Wait until a job is over, and exit as it did.",
        discussion: """
            Exit codes: 0 it succeeded, 100 it failed, 101 it was cancelled, 124 the --timeout
            passed. A paused job is waited for as well.
            """)

    @OptionGroup var job: JobArguments
    @OptionGroup var connection: PatientConnectionArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        var get = V1.GetJobRequest()
        get.id = job.job
        let request = get
        let known = try await Connection.open(connection.server, timeout: connection.timeout.duration) {
            try await $0.unary(V1.TrainingService.getJob, request)
        }
        let ending = try await JobFollowing(
            job: job.job, after: known.lastSequence, view: SilentJobView(), connection: connection, known: known
        ).ending()
        let last = try await Connection.open(connection.server, timeout: connection.timeout.duration) {
            try await $0.unary(V1.TrainingService.getJob, request)
        }
        JobReport.show(last, output.output)
        try ending.check()
    }
}

/// Follows a job's events to its end.
struct JobFollowing {
    let job: String
    let after: Int64
    var view: any JobView
    let connection: PatientConnectionArguments
    /// The job as it was when following began, if that was asked.
    var known: V1.Job?

    /// How a job ended.
    enum Ending {
        case succeeded
        case failed(String)
        case cancelled
        /// The server stopped before the job was over.
        case interrupted

        /// Throws what makes the exit code.
        func check() throws {
            switch self {
            case .succeeded: return
            case .failed(let reason): throw Failure("the job failed: \(reason)", exitCode: ExitStatus.jobFailed)
            case .cancelled: throw Failure("the job was cancelled", exitCode: ExitStatus.jobCancelled)
            case .interrupted:
                throw Failure("the server stopped; the job goes on when it starts again, then watch it again")
            }
        }

        init?(_ state: V1.JobState, _ reason: String) {
            switch state {
            case .succeeded: self = .succeeded
            case .failed: self = .failed(reason)
            case .cancelled: self = .cancelled
            default: return nil
            }
        }
    }

    func run() async throws { try await ending().check() }

    func ending() async throws -> Ending {
        if let known, let ending = Ending(known.state, known.reason) { return ending }
        var request = V1.WatchJobRequest()
        request.id = job
        request.afterSequence = after
        let finished = request
        return try await Connection.open(connection.server, timeout: connection.timeout.duration) { connection in
            var view = view
            defer { view.finish() }
            var ending = Ending.interrupted
            for try await event in connection.stream(V1.TrainingService.watchJob, finished) {
                view.show(event)
                if case .stateChanged(let change) = event.event {
                    ending = Ending(change.state, change.reason) ?? ending
                }
            }
            return ending
        }
    }
}
