import ArgumentParser
import Client
import Console
import Hosting
import JSONCoding

struct Version: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the versions of this program, its libraries, and a server.",
        discussion: """
            Examples:
              attnrl version
              attnrl version --server 127.0.0.1:8470 -o json
            """)

    @Option(
        help: ArgumentHelp("Also ask this server.", valueName: "host:port"), transform: Endpoint.init(parsing:))
    var server: Endpoint?

    @OptionGroup var credentials: CredentialArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        let answer = if let server { try await ServerVersion.of(server, credentials) } else { ServerVersion?.none }
        output.output.show(json(answer)) {
            var lines = ["attnrl \(attnrlVersion)"] + Libraries.versions.map { "\($0.name) \($0.version)" }
            if let server, let answer { lines.append("server \(server): \(answer.line)") }
            return lines
        }
    }

    private func json(_ answer: ServerVersion?) -> JSONValue {
        .fields([
            "attnrl": .string(attnrlVersion),
            "libraries": .object(Libraries.versions.map { .init(key: $0.name, value: .string($0.version)) }),
            "server": answer?.json,
        ])
    }
}
