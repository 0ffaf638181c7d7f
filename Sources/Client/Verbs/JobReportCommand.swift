import ArgumentParser
import Console
import JSONCoding
import Wire

struct JobReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a job's state, curves, events and specification as one HTML file.",
        discussion: """
            The file opens in a browser without a server. It is of the moment: of a job that
            runs, it shows what has happened so far.

            Example:
              attnrl job report job-1 --html report.html
            """)

    @OptionGroup var job: JobArguments

    @Option(help: ArgumentHelp("The file to write.", valueName: "file"))
    var html: String

    @OptionGroup var connection: ConnectionArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        var get = V1.GetJobRequest(), list = V1.ListCheckpointsRequest(), watch = V1.WatchJobRequest()
        (get.id, list.job, watch.id) = (job.job, job.job, job.job)
        watch.pastOnly = true
        let (getting, listing, watching) = (get, list, watch)
        try await Connection.open(connection) { connection in
            let known = try await connection.unary(V1.TrainingService.getJob, getting)
            let checkpoints = try await connection.unary(V1.TrainingService.listCheckpoints, listing).checkpoints
            var events: [JSONValue] = []
            for try await event in connection.stream(V1.TrainingService.watchJob, watching) {
                events.append(event.jsonValue())
            }
            try SavedView.write(
                "job",
                .fields([
                    "message": known.jsonValue(), "events": .array(events),
                    "checkpoints": .array(checkpoints.map { $0.jsonValue() }),
                ]), to: html)
        }
    }
}
