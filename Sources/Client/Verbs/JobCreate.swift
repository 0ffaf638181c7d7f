import ArgumentParser
import Console
import JSONCoding
import Jobs
import Messages
import Wire

struct JobCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create a job from a specification, or only check it.",
        discussion: """
            `attnrl job spec KIND` prints a specification to start from. Paths in it are those
            of the server's machine.
            """)

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The specification, YAML or JSON; - reads standard input.", valueName: "file"))
    var file: String

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Use another value for a field, as in optimizer.learning_rate=1e-5. Can be given several times.",
            valueName: "path=value"))
    var set: [FieldChange] = []

    @Flag(help: "Check the specification, print it with all its values, and create nothing.")
    var validate = false

    @Option(help: ArgumentHelp("Creating again with the same id gives the first job.", valueName: "text"))
    var requestId = ""

    @OptionGroup var connection: ConnectionArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        var request = V1.CreateJobRequest()
        request.source = .text(try text())
        request.validateOnly = validate
        request.requestId = requestId
        let finished = request
        let job = try await Connection.open(connection) {
            try await $0.unary(V1.TrainingService.createJob, finished)
        }
        guard validate else { return JobReport.show(job, output.output) }
        let specification = SpecificationValue(message: job.specification ?? .init())
        switch output.output {
        case .table: Output.data.write(SafeText.escaped(SpecificationText.yaml(specification)))
        case .json: Output.data.line(JSONValue(specification).pretty)
        case .jsonl: Output.data.line(JSONValue(specification).compact)
        }
        Output.talk.line("valid; no job was created")
    }

    private func text() throws -> String {
        let text = try InputFile.text(of: file)
        guard !set.isEmpty else { return text }
        do throws(SpecificationProblems) {
            var value = try SpecificationText.parse(text)
            for change in set {
                value.set(change.path, to: try SpecificationText.parseValue(change.value))
            }
            return SpecificationText.yaml(value)
        } catch {
            throw Failure("\(file): \(error)")
        }
    }
}

/// A `path=value` for a specification.
struct FieldChange: ExpressibleByArgument, Equatable {
    /// Names from the outermost section to the field.
    let path: [Substring]
    let value: String

    /// No field is nested deeper than a few sections.
    private static let depthLimit = 16

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        path = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, path.count <= Self.depthLimit, path.allSatisfy({ !$0.isEmpty }) else { return nil }
        value = String(parts[1])
    }
}
