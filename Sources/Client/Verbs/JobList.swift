import ArgumentParser
import Console
import Wire

struct JobList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls", abstract: "List the server's jobs, newest first.")

    /// Job states, as spelled on the command line.
    enum State: String, ExpressibleByArgument, CaseIterable {
        case queued, running, paused, succeeded, failed, cancelled
    }

    @Option(parsing: .singleValue, help: "Only jobs in this state. Can be given several times.")
    var state: [State] = []

    @Option(help: ArgumentHelp("At most this many; 0 for all.", valueName: "count"))
    var limit = 50

    @OptionGroup var connection: ConnectionArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit is \(limit). Give 0 or more.") }
    }

    func run() async throws {
        let jobs = try await Connection.open(connection) { connection in
            var jobs: [V1.Job] = []
            var request = V1.ListJobsRequest()
            request.states = state.map { V1.JobState(word: $0) }
            repeat {
                let page = try await connection.unary(V1.TrainingService.listJobs, request)
                jobs += page.jobs
                request.pageToken = page.nextPageToken
            } while !request.pageToken.isEmpty && (limit == 0 || jobs.count < limit)
            return limit == 0 ? jobs : Array(jobs.prefix(limit))
        }
        JobReport.show(jobs, output.output)
    }
}
