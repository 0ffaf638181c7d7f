import ArgumentParser
import Client
import Console
import Hosting
import JSONCoding

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check this machine, the libraries, a server, and a model folder.",
        discussion: """
            Examples:
              attnrl doctor
              attnrl doctor --model /models/qwen
              attnrl doctor -o json

            The exit code is 1 when something fails; warnings do not count.
            """)

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Also check this model: a folder, a GGUF file or ORG/NAME. Can be given several times.", valueName: "model")
    )
    var model: [NamedModel] = []

    @Option(
        help: ArgumentHelp("The server to look for.", valueName: "host:port"), transform: Endpoint.init(parsing:))
    var server = Endpoint.usual

    @OptionGroup var credentials: CredentialArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        var checks = [Check.ok("attnrl", attnrlVersion)] + MachineChecks.all() + [Libraries.check(), Libraries.mpi()]
        for model in model { checks += ModelChecks.all(model.directory) }
        checks.append(await ServerCheck.check(server, credentials))
        output.output.show(each: checks.map(\.json)) {
            CheckReport(checks: checks, terminal: Output.data.terminal).lines()
        }
        if checks.contains(where: { $0.verdict == .fail }) { throw EndOfProgram(code: ExitStatus.failure) }
    }
}
