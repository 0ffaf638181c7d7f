import ArgumentParser
import Console
import Wire

struct JobCancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "End a job, in the middle of a step too. Its checkpoints stay.")

    @OptionGroup var job: JobArguments
    @OptionGroup var connection: ConnectionArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        var request = V1.CancelJobRequest()
        request.id = job.job
        try await JobReport.change(V1.TrainingService.cancelJob, request, connection, output.output)
    }
}

struct JobPause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Stop a job after its current step, with a checkpoint.")

    @OptionGroup var job: JobArguments
    @OptionGroup var connection: ConnectionArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        var request = V1.PauseJobRequest()
        request.id = job.job
        try await JobReport.change(V1.TrainingService.pauseJob, request, connection, output.output)
    }
}

struct JobResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "resume", abstract: "Go on with a paused job.")

    @OptionGroup var job: JobArguments
    @OptionGroup var connection: ConnectionArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        var request = V1.ResumeJobRequest()
        request.id = job.job
        try await JobReport.change(V1.TrainingService.resumeJob, request, connection, output.output)
    }
}

extension JobReport {
    /// Requests a change to a job and shows the job.
    fileprivate static func change<Request>(
        _ method: UnaryMethod<Request, V1.Job>, _ request: Request, _ connection: ConnectionArguments,
        _ format: OutputFormat
    ) async throws {
        show(try await Connection.open(connection) { try await $0.unary(method, request) }, format)
    }
}
