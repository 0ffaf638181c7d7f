import ArgumentParser
import Basics
import Console
import Wire

struct Generate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Continue a prompt, streaming the text.",
        discussion: """
            Examples:
              attnrl generate "Once upon a time" --max-tokens 100 --temperature 0.8
              attnrl generate --chat --system "Think step by step." "What is 12 * 13?"
              git diff | attnrl generate - --chat --system "Summarise this."
              attnrl generate --file problem.txt --n 4 --seed 1 -o json
              attnrl generate "2 + 2 =" --capture

            With --capture, steps are announced as they close and a trace follows, both on
            standard error. With --logprobs, --top-logprobs or --token-ids, tokens are
            listed in place of the text.
            """)

    @OptionGroup var prompt: PromptArguments
    @OptionGroup var policy: PolicyArguments
    @OptionGroup(title: "Sampling") var sampling: SamplingArguments

    @Option(help: ArgumentHelp("Responses to draw, 1 to 256.", valueName: "count"))
    var n: Int32 = 1

    @OptionGroup(title: "Details") var detail: DetailArguments

    @Flag(help: "Capture attention: show steps as they close, and a trace at the end.")
    var capture = false

    @OptionGroup(title: "Capture") var captureOptions: CaptureArguments
    @OptionGroup(title: "Capture") var states: HiddenStateArguments
    @OptionGroup(title: "Connection and output") var connection: ConnectionArguments
    @OptionGroup(title: "Connection and output") var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func validate() throws {
        guard ResponseLimits.count ~= Int(n) else {
            throw ValidationError("--n is \(n). Ask for 1 to \(ResponseLimits.count.upperBound) responses.")
        }
        guard capture || states.hiddenStates == nil else {
            throw ValidationError("--hidden-states are means over captured steps. Give --capture as well.")
        }
    }

    func run() async throws {
        let request = try request()
        try await Connection.open(connection) { connection in
            var view = generationView(output.output, count: Int(n), detail: detail, capture: capture)
            var record = GenerationRecord(count: Int(n))
            do {
                for try await response in connection.stream(V1.GenerationService.generate, request) {
                    guard let event = response.event else { continue }
                    record.add(event)
                    view.show(event, record)
                }
            } catch {
                view.breakOff()
                throw error
            }
            view.finish(record)
            guard record.isComplete else { throw Failure("the server's answer ended before every response did") }
            Output.talk.line(Output.talk.terminal.style(.faint, GenerationSummary.line(record)))
        }
    }

    private func request() throws -> V1.GenerateRequest {
        var request = V1.GenerateRequest()
        request.policy = policy.policy
        request.prompt = try prompt.message()
        request.sampling = sampling.options
        request.n = n
        request.detail = detail.message
        request.capture = capture ? captureOptions.options(stepMap: output.output == .table ? .noMap : .mean) : nil
        request.capture?.hiddenStates = states.message
        return request
    }
}

/// What to report for each token.
struct DetailArguments: ParsableArguments {
    @Flag(help: "Report each token's log-probability, in nats.")
    var logprobs = false

    @Option(
        help: ArgumentHelp("Report this many most probable tokens at each position, at most 20.", valueName: "count"))
    var topLogprobs: Int32 = 0

    @Flag(help: "Report token ids.")
    var tokenIds = false

    var isAsked: Bool { logprobs || tokenIds || topLogprobs > 0 }

    var message: V1.TokenDetail {
        var message = V1.TokenDetail()
        message.logprobs = logprobs || topLogprobs > 0
        message.topLogprobs = topLogprobs
        return message
    }
}
