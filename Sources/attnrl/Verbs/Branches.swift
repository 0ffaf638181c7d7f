import ArgumentParser
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

    @Option(help: "How steps are chosen.")
    var strategy = Strategy.attention

    @Option(help: ArgumentHelp("Branch points wanted. (default: 2)", valueName: "count"))
    var count: Int32?

    @Option(
        help: ArgumentHelp(
            "A candidate's influence is at least that of this share of steps. (default: 0.8)", valueName: "share"))
    var quantile: Float?

    @Option(
        help: ArgumentHelp(
            "Least distance between points: tokens, or a share of the response as 0.1 or 10%. (default: 512 tokens, "
                + "or an eighth of the response when that is less)", valueName: "gap"))
    var minGap: MinimumGap?

    @OptionGroup(title: "Capture") var capture: CaptureArguments
    @OptionGroup(title: "Sampling, where there is no --response") var sampling: SamplingArguments
    @OptionGroup(title: "Connection and output") var connection: ConnectionArguments
    @OptionGroup(title: "Connection and output") var output: OutputArguments
    @OptionGroup var common: CommonArguments

    enum Strategy: String, ExpressibleByArgument, CaseIterable {
        case attention, firstSteps = "first-steps", fixedSegment = "fixed-segment", tokenEntropy = "token-entropy"
        case lowProbability = "low-probability", sentenceEntropy = "sentence-entropy", random
    }

    func run() async throws {
        var request = V1.SuggestBranchesRequest()
        request.input = try response.input(prompt: prompt.message(), policy: policy.policy, sampling: sampling)
        request.options = options
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

    private var options: V1.BranchOptions {
        var options = V1.BranchOptions()
        options.strategy = strategy.message
        options.count = count
        options.quantile = quantile
        options.minimumGap = minGap?.message
        options.seed = sampling.seed
        return options
    }
}

extension Branches.Strategy {
    var message: V1.BranchStrategy {
        switch self {
        case .attention: .attention
        case .firstSteps: .firstSteps
        case .fixedSegment: .fixedSegment
        case .tokenEntropy: .tokenEntropy
        case .lowProbability: .lowProbability
        case .sentenceEntropy: .sentenceEntropy
        case .random: .random
        }
    }
}

/// A distance in tokens, `40`, or as a share of the response, `0.1` or `10%`.
struct MinimumGap: ExpressibleByArgument, Equatable {
    let message: V1.BranchOptions.MinimumGap

    init?(argument: String) {
        if let tokens = Int32(argument) {
            guard tokens >= 0 else { return nil }
            message = .minGapTokens(tokens)
        } else {
            let isPercent = argument.hasSuffix("%")
            guard let number = Float(isPercent ? String(argument.dropLast()) : argument), number.isFinite,
                0...1 ~= (isPercent ? number / 100 : number)
            else { return nil }
            message = .minGapFraction(isPercent ? number / 100 : number)
        }
    }
}
