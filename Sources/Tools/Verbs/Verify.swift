import ArgumentParser
import Console
import JSONCoding
import Judging
import Rewards
import Tasks

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Judge the responses of a data set, as a training job would.",
        discussion: """
            Works on a file; no server is asked. Each line is a JSON object of one of these
            shapes, with a boolean "correct" or "expected" where there is something to
            compare with:
              {"response": "... \\\\boxed{7}", "answer": "7"}
              {"response": "...", "reward_model": {"ground_truth": "7"}}
              {"candidate": "14/2", "gold": "7"}
            Responses to a built-in task, with "prompt" and "data_source" as `attnrl data
            make` writes them, are judged by the task's checker, which looks at every step.

            Examples:
              attnrl verify responses.jsonl
              attnrl verify responses.jsonl --reward regex --pattern "Answer: (.+)"
              attnrl verify verdicts.jsonl --disagreements -o jsonl

            The exit code is 1 when a line cannot be read; wrong answers do not count.
            """)

    @Argument(help: "A file of JSON lines, or - for standard input.")
    var file: String

    @OptionGroup var reward: RewardArguments

    @Flag(help: "List the records whose verdict is not the expected one, and no others.")
    var disagreements = false

    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    /// The number of invalid lines listed; the rest are only counted.
    private static let namedProblems = 20

    func validate() throws { _ = try reward.judge() }

    func run() throws {
        let judge = try reward.judge()
        let name = InputFile.name(of: file)
        let records = VerifyFile(text: try InputFile.text(of: file), name: name)
        guard !records.records.isEmpty || !records.problems.isEmpty else {
            throw Failure("\(name) has no records. Give one JSON object on each line.")
        }
        let clock = ContinuousClock()
        var lines: [VerifyReport.Line] = []
        let time = clock.measure {
            lines = records.records.map { number, record in
                VerifyReport.Line(number, record, judge)
            }
        }
        write(VerifyReport(lines: lines))
        if !lines.isEmpty { tell(lines.count, time / .seconds(1)) }
        if !records.problems.isEmpty { throw failure(records.problems, in: name) }
    }

    private func write(_ report: VerifyReport) {
        switch output.output {
        case .json: Output.data.line(report.json(listsDisagreements: disagreements).pretty)
        case .jsonl: for line in report.shown(disagreements) { Output.data.line(line.json.compact) }
        case .table:
            for line in report.table(Output.data.terminal, listsDisagreements: disagreements) { Output.data.line(line) }
        }
    }

    private func tell(_ count: Int, _ seconds: Double) {
        let rate = Figures.grouped(Int(Double(count) / max(seconds, 1e-6)))
        let text = "\(Figures.count(count, "verdict")) in \(Figures.seconds(seconds)), \(rate) per second"
        Output.talk.line(Output.talk.terminal.style(.faint, text))
    }

    private func failure(_ problems: [String], in name: String) -> Failure {
        var notes = Array(problems.prefix(Self.namedProblems))
        if problems.count > notes.count { notes.append("and \(problems.count - notes.count) more") }
        return Failure("\(Figures.count(problems.count, "line")) of \(name) cannot be judged", notes: notes)
    }
}

extension VerifyReport.Line {
    fileprivate init(_ number: Int, _ record: VerifyRecord, _ judge: ResponseJudge) {
        let finding =
            switch record.subject {
            case .response(let text): judge.judge(text, to: record.data)
            case .candidate(let text): judge.judge(answer: text, to: record.data)
            }
        self.init(number: number, record: record, grade: finding.grade, check: finding.check)
    }
}
