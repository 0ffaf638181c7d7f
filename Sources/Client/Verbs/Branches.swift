import ArgumentParser
import Console
import JSONCoding
import Wire

struct Branches: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Choose steps of a response that are worth continuing differently from.",
        discussion: """
            Examples:
              attnrl branches "What is 12 * 13?" --max-tokens 400 --seed 7
              attnrl branches --file problem.txt --response answer.txt --min-gap 40
              attnrl branches -f problem.txt --response answer.txt -o json \\
                --strategy token-entropy --count 4
            """)

    @OptionGroup var prompt: PromptArguments
    @OptionGroup var response: ResponseArguments
    @OptionGroup var policy: PolicyArguments

    @Option(help: ArgumentHelp("Branch points wanted. (default: 2)", valueName: "count"))
    var count: Int32?

    @OptionGroup var branching: BranchingArguments
    @OptionGroup(title: "Capture") var capture: CaptureArguments
    @OptionGroup(title: "Sampling, where there is no --response") var sampling: SamplingArguments
    @OptionGroup(title: "Connection and output") var connection: ConnectionArguments
    @OptionGroup(title: "Connection and output") var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        var request = V1.SuggestBranchesRequest()
        request.input = try response.input(prompt: prompt.message(), policy: policy.policy, sampling: sampling)
        request.options = branching.options(count: count, seed: sampling.seed)
        request.capture = capture.options(stepMap: .noMap)
        let finished = request
        let answer = try await Connection.open(connection) {
            try await $0.unary(V1.AnalysisService.suggestBranches, finished)
        }
        let report = BranchReport(answer: answer, terminal: Output.data.terminal)
        switch output.output {
        case .json: Output.data.line(report.json.pretty)
        case .jsonl: for point in answer.points { Output.data.line(point.json.compact) }
        case .table: for line in report.lines() { Output.data.line(line) }
        }
    }
}
