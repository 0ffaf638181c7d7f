import ArgumentParser
import Console
import Jobs
import Messages
import Wire

struct JobGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show a job with its whole specification.")

    @OptionGroup var job: JobArguments
    @OptionGroup var connection: ConnectionArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        var request = V1.GetJobRequest()
        request.id = job.job
        let finished = request
        let job = try await Connection.open(connection) {
            try await $0.unary(V1.TrainingService.getJob, finished)
        }
        guard output.output == .table else { return JobReport.show(job, output.output) }
        for line in JobReport.details(job, Output.data.terminal) { Output.data.line(line) }
        Output.data.line()
        let specification = SpecificationValue(message: job.specification ?? .init())
        Output.data.write(SafeText.escaped(SpecificationText.yaml(specification)))
    }
}
