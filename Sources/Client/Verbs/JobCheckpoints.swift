import ArgumentParser
import Console
import Foundation
import JSONCoding
import Wire

struct JobCheckpoints: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoints", abstract: "List a job's checkpoints.")

    @OptionGroup var job: JobArguments
    @OptionGroup var connection: ConnectionArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        var request = V1.ListCheckpointsRequest()
        request.job = job.job
        let finished = request
        let checkpoints = try await Connection.open(connection) {
            try await $0.unary(V1.TrainingService.listCheckpoints, finished).checkpoints
        }
        output.output.show(each: checkpoints.map(\.json)) { JobReport.lines(checkpoints, Output.data.terminal) }
    }
}

struct JobExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Copy a checkpoint's policy to a new folder on the server's machine, in Hugging Face layout.")

    @OptionGroup var job: JobArguments

    @Argument(help: ArgumentHelp("A folder that does not exist yet.", valueName: "dir"))
    var directory: String

    @Option(help: ArgumentHelp("The checkpoint's step. (default: the newest)", valueName: "step"))
    var step: Int64?

    @OptionGroup var connection: ConnectionArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        var request = V1.ExportCheckpointRequest()
        request.job = job.job
        request.step = step
        // The server has a different working folder.
        request.directory = URL(fileURLWithPath: directory).standardizedFileURL.path
        let finished = request
        let answer = try await Connection.open(connection) {
            try await $0.unary(V1.TrainingService.exportCheckpoint, finished)
        }
        let json = JSONValue.fields([
            "job": .string(job.job), "step": answer.checkpoint.map { .whole($0.step) },
            "directory": .string(answer.directory), "bytes": .whole(answer.bytes),
        ])
        output.output.show(json) {
            let step = answer.checkpoint.map { "step \($0.step), " } ?? ""
            return ["\(SafeText.singleLine(answer.directory)): \(step)\(Figures.bytes(answer.bytes))"]
        }
    }
}
