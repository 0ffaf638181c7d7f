import ArgumentParser
import Console
import Foundation
import Wire

struct PolicyLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Load a model folder that lies on the server's machine.")

    @Argument(help: ArgumentHelp("A folder in Hugging Face layout.", valueName: "dir"))
    var directory: String

    @Option(help: ArgumentHelp("Name to serve it under. (default: the folder's)", valueName: "name"))
    var name = ""

    @Option(help: "What to compute in.")
    var precision = PrecisionChoice.auto

    @Flag(help: "Add a version to the policy of this name, and serve new requests with it.")
    var asNewVersion = false

    @OptionGroup var connection: ConnectionArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        var request = V1.LoadPolicyRequest()
        // The server has a different working folder.
        request.directory = URL(fileURLWithPath: directory).standardizedFileURL.path
        request.name = name
        request.precision = precision.rawValue
        request.asNewVersion = asNewVersion
        let finished = request
        let policy = try await Connection.open(connection) {
            try await $0.unary(V1.PolicyService.loadPolicy, finished)
        }
        PolicyReport.show(policy, output.output)
    }
}
