import ArgumentParser
import Console
import Foundation
import JSONCoding
import Rollouts
import Tasks
import Tokenizing

struct DataCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a data file line by line, and count what is in it.",
        discussion: """
            Lines are JSON objects with prompt and answer, with prompt and response, with
            messages, or in verl's shape. Say what the file is for with --needs: records to
            learn from need a response, those to be judged an answer, and either will do
            without it. With --responses, those of built-in tasks are checked step by step.

            Examples:
              attnrl data check train.jsonl
              attnrl data check chats.jsonl --needs response
              attnrl data check samples.jsonl --responses
              attnrl data check train.jsonl --tokenizer ./tokenizer -o json

            The exit code is 1 when a line cannot be used.
            """)

    @Argument(help: "A file of JSON lines.")
    var file: String

    @Option(help: "What each record must have beside its prompt.")
    var needs = RecordNeed.either

    @Flag(help: "Check responses of built-in tasks step by step.")
    var responses = false

    @Option(help: ArgumentHelp("Count tokens with the tokenizer of this folder.", valueName: "dir"))
    var tokenizer: String?

    @Option(help: ArgumentHelp("Show this many problems at most.", valueName: "number"))
    var show = 20

    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func validate() throws {
        try ArgumentCheck.require("--show", show, in: 0...1_000_000)
    }

    func run() throws {
        let records = try RecordFile(path: file, needing: needs, .streams)
        let tokenizer = try self.tokenizer.map { try Tokenizer(at: $0) }
        var survey = DataSurvey(checksResponses: responses, tokenizer: tokenizer)
        for index in 0..<records.count {
            do {
                try survey.add(records.record(at: index), file: file, line: index + 1)
            } catch let problem as DataProblem {
                survey.add(problem)
            }
        }
        report(survey)
        if survey.problemCount > 0 { throw EndOfProgram(code: ExitStatus.failure) }
    }

    private func report(_ survey: DataSurvey) {
        for problem in survey.problems.prefix(show) { Output.talk.line(SafeText.escaped(problem.description)) }
        let hidden = survey.problemCount - min(survey.problems.count, show)
        if hidden > 0 { Output.talk.line("… and \(Figures.count(hidden, "further problem"))") }
        switch output.output {
        case .json: Output.data.line(survey.json.pretty)
        case .jsonl: Output.data.line(survey.json.compact)
        case .table: for line in survey.lines(Output.data.terminal) { Output.data.line(line) }
        }
    }
}
