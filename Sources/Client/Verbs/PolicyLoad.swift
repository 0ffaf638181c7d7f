import ArgumentParser
import Console
import Foundation
import Wire

struct PolicyLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Load a model that lies on the server's machine.")

    @Argument(
        help: ArgumentHelp(
            "A folder in Hugging Face layout, a GGUF file, ORG/NAME, or an adapter's folder as PEFT writes it.",
            valueName: "model"))
    var directory: String

    @Option(help: ArgumentHelp("Name to serve it under. (default: the folder's)", valueName: "name"))
    var name = ""

    @Option(help: "What to compute in.")
    var precision = PrecisionChoice.auto

    @Option(help: "What to keep weights in: numbers of the precision (auto), or blocks of 8 bits.")
    var weights = WeightsChoice.auto
    @Option(
        name: .customLong("base"),
        help: ArgumentHelp(
            "For an adapter's folder: the policy it is on. (default: the one it names)", valueName: "name"))
    var basePolicy = ""

    @Flag(help: "Add a version to the policy of this name, and serve new requests with it.")
    var asNewVersion = false

    @OptionGroup var connection: ConnectionArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        var request = V1.LoadPolicyRequest()
        request.directory = Self.place(directory)
        request.name = name
        request.precision = precision.rawValue
        request.weights = weights.rawValue
        request.asNewVersion = asNewVersion
        request.basePolicy = basePolicy
        let finished = request
        let policy = try await Connection.open(connection) {
            try await $0.unary(V1.PolicyService.loadPolicy, finished)
        }
        PolicyReport.show(policy, output.output)
    }

    /// A path as the server knows it, which has a different working folder. What is no path here may be a repository
    /// in Hugging Face's cache there.
    private static func place(_ text: String) -> String {
        let isPath = ["/", ".", "~"].contains { text.hasPrefix($0) } || !text.contains("/")
        guard isPath || FileManager.default.fileExists(atPath: text) else { return text }
        return URL(fileURLWithPath: text).standardizedFileURL.path
    }
}
