import ArgumentParser
import Console
import Wire
import WireUV

struct JobWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Follow a job until it is over.",
        discussion: """
            On a terminal: progress, rate and curves. Elsewhere, and with -o jsonl, a line
            for each event. A server that stops is waited for, two minutes at most. Ends
            like `job wait`: 100 when the job failed, 101 when it was cancelled. Ctrl-C
            stops watching; the job goes on.
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
        let known = try await Connection.open(connection) {
            try await $0.unary(V1.TrainingService.getJob, request)
        }
        let ending = try await JobFollowing(
            job: job.job, after: known.lastSequence, view: SilentJobView(), connection: connection, known: known
        ).ending()
        let last = try await Connection.open(connection) {
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
    /// The job when following began, if it was queried.
    var known: V1.Job?

    /// How a job ended.
    enum Ending {
        case succeeded
        case failed(String)
        case cancelled
        /// The server stopped before the job was over and did not come back.
        case interrupted

        /// Throws an error that sets the exit code.
        func check() throws {
            switch self {
            case .succeeded: return
            case .failed(let reason): throw Failure("the job failed: \(reason)", exitCode: ExitStatus.jobFailed)
            case .cancelled: throw Failure("the job was cancelled", exitCode: ExitStatus.jobCancelled)
            case .interrupted:
                throw Failure(
                    "the server stopped and did not come back; the job goes on when it does, then watch it again")
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

    /// How long a server may be gone: long enough to restart with a large model.
    private static let patience = Duration.seconds(120)

    func ending() async throws -> Ending {
        if let known, let ending = Ending(known.state, known.reason) { return ending }
        var view = view
        defer { view.finish() }
        var (last, lostAt) = (after, ContinuousClock.Instant?.none)
        while true {
            let before = last
            let ending = try await follow(&view, &last, isKnown: lostAt != nil || last > after)
            if let ending { return ending }
            if last > before { lostAt = nil }
            if lostAt == nil { Output.talk.line("the server stopped; waiting for it to start again") }
            lostAt = lostAt ?? .now
            guard .now - lostAt! < Self.patience else { return .interrupted }
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// Follows events after `last` until the job is over; returns nil if the server went away.
    ///
    /// - Parameter isKnown: Whether the server was reached before, so that it may come back.
    private func follow(_ view: inout any JobView, _ last: inout Int64, isKnown: Bool) async throws -> Ending? {
        var request = V1.WatchJobRequest()
        request.id = job
        request.afterSequence = last
        let finished = request
        return try await Connection.open(connection) { connection in
            do {
                for try await event in connection.stream(V1.TrainingService.watchJob, finished) {
                    view.show(event)
                    last = event.sequence
                    if case .stateChanged(let change) = event.event,
                        let ending = Ending(change.state, change.reason)
                    {
                        return ending
                    }
                }
            } catch let error as RPCError
                where error.code == .unavailable && (isKnown || last > after || error.isLossOfConnection)
            {}
            return nil
        }
    }
}
