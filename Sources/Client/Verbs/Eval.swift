import ArgumentParser
import Basics
import Console
import Foundation
import JSONCoding
import Judging
import Tasks
import Threads
import Wire

struct Eval: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure how well a policy answers a data set.",
        discussion: """
            Draws responses to every prompt from a server and judges them here: built-in
            tasks by their own checkers, which also look at every step, other data as
            `attnrl verify` does. Margins are 95% intervals over prompts.

            Examples:
              attnrl eval chain-long
              attnrl eval graph-long --prompts 512 --samples 8 --temperature 1
              attnrl eval test.jsonl --reward math --chat -o jsonl
            """)

    @Argument(help: "A file of JSON lines, or built-in tasks: `attnrl data tasks` lists them.")
    var data: String

    @Option(help: ArgumentHelp("Prompts to ask; a file's first ones.", valueName: "count"))
    var prompts = 256

    @Option(help: ArgumentHelp("Responses to draw for each prompt.", valueName: "count"))
    var samples = 1

    @Option(help: ArgumentHelp("Name of the policy. (default: the only one)", valueName: "name"))
    var policy = ""

    @Flag(help: "Put prompts into the policy's chat template, as a user's message.")
    var chat = false

    @OptionGroup var template: TemplateArguments
    @OptionGroup var tokens: TokenArguments

    @Option(help: ArgumentHelp("Requests in flight.", valueName: "count"))
    var parallel = 32

    @Option(help: ArgumentHelp("Seed of a task's examples.", valueName: "number"))
    var dataSeed: UInt64 = 0

    @OptionGroup var reward: RewardArguments
    @OptionGroup(title: "Sampling") var sampling: SamplingArguments
    @OptionGroup var connection: ConnectionArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func validate() throws {
        _ = try reward.judge()
        try ArgumentCheck.require("--prompts", prompts, in: 1...1_000_000)
        try ArgumentCheck.require("--samples", samples, in: ResponseLimits.count)
        try ArgumentCheck.require("--parallel", parallel, in: 1...512)
    }

    func run() async throws {
        let set = try EvaluationSet(data, prompts: prompts, seed: dataSeed)
        let judge = try reward.judge()
        let begin = ContinuousClock.now
        let answers = try await Connection.open(connection) { connection in
            try await ask(set, judge, connection)
        }
        let report = EvaluationReport(answers, samples: samples)
        switch output.output {
        case .json: Output.data.line(report.json.pretty)
        case .jsonl: for answer in answers { Output.data.line(answer.json.compact) }
        case .table: for line in report.table(Output.data.terminal) { Output.data.line(line) }
        }
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        Output.talk.line(Output.talk.terminal.style(.faint, report.effort(seconds)))
    }

    /// Answers in prompt order.
    private func ask(
        _ set: EvaluationSet, _ judge: ResponseJudge, _ connection: Connection
    ) async throws -> [EvaluationAnswer] {
        let questions = try set.records.enumerated().map { ($1, try request($1, index: $0)) }
        let answers = try await mapAtOnce(questions, limit: parallel) { index, question in
            let (record, request) = question
            return try await Self.responses(connection, request).map {
                EvaluationAnswer(index, record, $0, judge)
            }
        }
        return answers.flatMap { $0 }
    }

    private func request(_ record: DataRecord, index: Int) throws -> V1.GenerateRequest {
        var request = V1.GenerateRequest()
        request.policy = policy
        request.prompt = try prompt(record)
        request.sampling = sampling.options
        // Each prompt has its own seed, so that its answer does not depend on the number of prompts.
        request.sampling?.seed = (sampling.seed ?? 0) &+ UInt64(index)
        request.n = Int32(samples)
        request.priority = .batch
        return request
    }

    private func prompt(_ record: DataRecord) throws -> V1.Prompt {
        var prompt =
            switch record.prompt {
            case .messages(let messages): tokens.written.prompt(for: messages.map { V1.ChatMessage($0) })
            case .text: tokens.prompt(for: record.text, isChat: chat || template.isSet, system: nil)
            }
        try prompt.changeChat { try template.apply(to: &$0, own: record.tools) }
        return prompt
    }

    private static func responses(
        _ connection: Connection, _ request: V1.GenerateRequest
    ) async throws -> [EvaluationResponse] {
        var responses = Array(repeating: EvaluationResponse(), count: Int(request.n))
        for try await message in connection.stream(V1.GenerationService.generate, request) {
            switch message.event {
            case .tokens(let tokens) where responses.indices.contains(Int(tokens.index)):
                responses[Int(tokens.index)].text += tokens.run?.text ?? ""
            case .finished(let end) where responses.indices.contains(Int(end.index)):
                responses[Int(end.index)].tokens = Int(end.completionTokens)
                responses[Int(end.index)].isCut = end.reason == .length
            default: break
            }
        }
        return responses
    }
}
