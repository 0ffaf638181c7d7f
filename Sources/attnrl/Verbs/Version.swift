import ArgumentParser
import Foundation

struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the versions of this program, its libraries, and a server.",
        discussion: """
            Examples:
              attnrl version
              attnrl version --server 127.0.0.1:8470 -o json
            """)

    @Option(help: ArgumentHelp("Also ask this server.", valueName: "host:port"))
    var server: Endpoint?

    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() throws {
        let answer = server.map { PlainHTTP.page("/version", at: $0) }
        switch output.output {
        case .json: Output.data.line(json(answer).pretty)
        case .jsonl: Output.data.line(json(answer).compact)
        case .table:
            Output.data.line("attnrl \(attnrlVersion)")
            for library in Libraries.versions { Output.data.line("\(library.name) \(library.version)") }
        }
        guard let server, let answer else { return }
        guard let answer else {
            throw Failure(
                "no version from \(server)", notes: ["is `attnrl serve` running at \(server)?"])
        }
        if output.output == .table { Output.data.line("server \(server): \(SafeText.singleLine(answer.trimmed))") }
    }

    private func json(_ answer: String??) -> JSON {
        .fields([
            "attnrl": .string(attnrlVersion),
            "libraries": .object(Libraries.versions.map { .init(name: $0.name, value: .string($0.version)) }),
            "server": answer.flatMap { $0 }.map { .string($0.trimmed) },
        ])
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
