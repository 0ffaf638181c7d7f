import ArgumentParser
import Basics
import Console
import JSONCoding
import Jobs
import Wire

struct ReadinessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "readiness",
        abstract: "Ask what a policy could learn from rewards, before a job that does.",
        discussion: """
            Runs an `evaluate` job: several responses to each prompt tell how often it is
            solved, and gradients of some of them how far learning one response moves the
            policy towards others. A policy learns from prompts that it solves sometimes:
            where nearly all are solved always or never, give others, hints, or examples
            to learn first. See docs/methods/behavior_injection.md.

            Examples:
              attnrl readiness words-shuffled
              attnrl readiness graph-long --prompts 128 --samples 16 --gradient-prompts 0
              attnrl readiness /data/test.jsonl --set data.chat=true --set reward.kind=math
            """)

    @Argument(help: "A file on the server's machine, or built-in tasks: `attnrl data tasks` lists them.")
    var data: String

    @Option(help: ArgumentHelp("Prompts to ask; a file's first ones.", valueName: "count"))
    var prompts = 64

    @Option(help: ArgumentHelp("Responses to draw for each prompt.", valueName: "count"))
    var samples = 8

    @Option(help: ArgumentHelp("Prompts of which gradients are compared; 0 compares none.", valueName: "count"))
    var gradientPrompts = 8

    @Option(help: ArgumentHelp("Name of the policy. (default: the only one)", valueName: "name"))
    var policy = ""

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Use another value for a field of the job, as in evaluation.max_tokens=700. Can be given several times.",
            valueName: "path=value"))
    var set: [FieldChange] = []

    @OptionGroup var connection: PatientConnectionArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func validate() throws {
        try ArgumentCheck.require("--prompts", prompts, in: 1...1_000_000)
        try ArgumentCheck.require("--samples", samples, in: 2...ResponseLimits.count.upperBound)
        try ArgumentCheck.require("--gradient-prompts", gradientPrompts, in: 0...10_000)
    }

    func run() async throws {
        var request = V1.CreateJobRequest()
        request.source = .text(try specification())
        let finished = request
        let job = try await Connection.open(connection) {
            try await $0.unary(V1.TrainingService.createJob, finished)
        }
        Output.talk.line("asking, as \(job.id)")
        let result = LastEvaluation()
        try await JobFollowing(job: job.id, after: 0, view: result, connection: connection).run()
        let report = ReadinessReport(result.metrics)
        switch output.output {
        case .json: Output.data.line(report.json.pretty)
        case .jsonl: Output.data.line(report.json.compact)
        case .table: for line in report.lines(Output.data.terminal) { Output.data.line(line) }
        }
    }

    /// The job's, of which `--set` may change anything.
    private func specification() throws -> String {
        let evaluation: [SpecificationValue.Entry] = [
            .init("prompts", .whole(Int64(prompts))), .init("samples", .whole(Int64(samples))),
            .init("temperature", .number(1)), .init("gradient_prompts", .whole(Int64(gradientPrompts))),
        ]
        var value = SpecificationValue.section([
            .init("kind", .text("evaluate")), .init("name", .text("readiness")), .init("policy", .text(policy)),
            .init("data", .section([.init("held_out", .text(data))])), .init("evaluation", .section(evaluation)),
        ])
        do throws(SpecificationProblems) {
            for change in set { value.set(change.path, to: try SpecificationText.parseValue(change.value)) }
        } catch {
            throw Failure("--set: \(error)")
        }
        return SpecificationText.yaml(value)
    }
}

/// Keeps the metrics of a job's last evaluation.
private final class LastEvaluation: JobView {
    private(set) var metrics: [String: Double] = [:]

    func show(_ event: V1.JobEvent) {
        if case .evaluated(let evaluated) = event.event { metrics = evaluated.metrics }
    }

    func finish() {}
}
