import ArgumentParser
import Console
import Wire

struct PolicyRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm", abstract: "Unload a policy. Its folder stays as it is.")

    @Argument(help: "The policy's name.")
    var name: String

    @Flag(help: "Let requests in flight finish; otherwise they end with an error.")
    var drain = false

    @OptionGroup var connection: ConnectionArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        var request = V1.UnloadPolicyRequest()
        request.name = name
        request.drain = drain
        let finished = request
        try await Connection.open(connection) {
            _ = try await $0.unary(V1.PolicyService.unloadPolicy, finished)
        }
        Output.talk.line("unloaded \(SafeText.singleLine(name))")
    }
}
