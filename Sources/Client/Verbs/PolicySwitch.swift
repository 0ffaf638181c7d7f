import ArgumentParser
import Console
import Wire

struct PolicySwitch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "switch", abstract: "Serve new requests with another loaded version.")

    @Argument(help: "The policy's name.")
    var name: String

    @Argument(help: "The version; `attnrl policy ls -o json` lists those loaded.")
    var version: Int64

    @OptionGroup var connection: ConnectionArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        var request = V1.SwitchVersionRequest()
        request.name = name
        request.version = version
        let finished = request
        let policy = try await Connection.open(connection) {
            try await $0.unary(V1.PolicyService.switchVersion, finished)
        }
        PolicyReport.show(policy, output.output)
    }
}
