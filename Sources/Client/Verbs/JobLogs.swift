import ArgumentParser
import Console
import Wire

struct JobLogs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print a job's events, one line for each.")

    @OptionGroup var job: JobArguments

    @Flag(name: [.short, .long], help: "Go on with new events until the job is over.")
    var follow = false

    @Option(help: ArgumentHelp("Only the last events of the past; 0 for all.", valueName: "count"))
    var tail: Int64 = 0

    @OptionGroup var connection: PatientConnectionArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func validate() throws {
        guard tail >= 0 else { throw ValidationError("--tail is \(tail). Give 0 or more.") }
    }

    func run() async throws {
        var get = V1.GetJobRequest()
        get.id = job.job
        let getting = get
        try await Connection.open(connection) { connection in
            let known = try await connection.unary(V1.TrainingService.getJob, getting)
            var request = V1.WatchJobRequest()
            request.id = job.job
            request.afterSequence = tail == 0 ? 0 : max(max(known.lastSequence, 0) - tail, 0)
            request.pastOnly = !follow
            var view: any JobView =
                switch output.output {
                case .table: JobLinesView(out: Output.data)
                case .json: JobJSONView(out: Output.data)
                case .jsonl: JobJSONLinesView(out: Output.data)
                }
            defer { view.finish() }
            for try await event in connection.stream(V1.TrainingService.watchJob, request) { view.show(event) }
        }
    }
}
