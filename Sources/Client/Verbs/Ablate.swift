import ArgumentParser
import Console
import JSONCoding
import Wire

struct Ablate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure how much an answer depends on single steps of a response.",
        discussion: """
            Examples:
              attnrl ablate "What is 12 * 13?" --max-tokens 400 --seed 7
              attnrl ablate --file problem.txt --response answer.txt --step 2 --step 5
              attnrl ablate -f problem.txt --response answer.txt --mode resample \\
                --samples 32 -o json

            Hiding a step keeps later tokens from attending to it; resampling draws it and
            what follows again. KL compares the model's distributions over the tokens that
            follow, the other figures compare the answers of drawn continuations.
            """)

    @OptionGroup var prompt: PromptArguments
    @OptionGroup var response: ResponseArguments
    @OptionGroup var policy: PolicyArguments

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Ablate this step, as trace numbers it. Can be given several times. (default: all that something follows)",
            valueName: "step"))
    var step: [Int32] = []

    @Option(help: "How a step is taken away.")
    var mode = Mode.hide

    @Option(
        help: ArgumentHelp(
            "Continuations to draw with a step, and without it; 0 to hide and only compare distributions. (default: 8)",
            valueName: "count"))
    var samples: Int32?

    @Option(help: "What counts as the answer. (default: boxed where the response has a box, else last-line)")
    var answer: Answer?

    @OptionGroup(title: "Capture") var capture: CaptureArguments
    @OptionGroup(title: "Sampling, of continuations, and of the response where there is no --response")
    var sampling: SamplingArguments
    @OptionGroup(title: "Connection and output") var connection: ConnectionArguments
    @OptionGroup(title: "Connection and output") var output: OutputArguments
    @OptionGroup var common: CommonArguments

    enum Mode: String, ExpressibleByArgument, CaseIterable {
        case hide, resample
    }

    enum Answer: String, ExpressibleByArgument, CaseIterable {
        case boxed, lastLine = "last-line"
    }

    func validate() throws {
        let least: Int32 = mode == .resample ? 1 : 0
        guard let samples, !(least...64 ~= samples) else { return }
        throw ValidationError("--samples is \(samples). Draw \(least) to 64.")
    }

    func run() async throws {
        let request = try request()
        try await Connection.open(connection) { connection in
            var record = AblationRecord()
            for try await response in connection.stream(V1.AnalysisService.ablate, request) {
                guard let part = response.part else { continue }
                record.add(part)
                if output.output == .jsonl { Output.data.line(part.json.compact) }
            }
            guard let started = record.started else {
                throw Failure("the server sent no ablation", notes: ["its log may say why"])
            }
            switch output.output {
            case .jsonl: break
            case .json: Output.data.line(record.json.pretty)
            case .table:
                let report = AblationReport(started: started, steps: record.steps, terminal: Output.data.terminal)
                for line in report.lines() { Output.data.line(line) }
            }
            if let seed = started.sampling?.seed, started.samples > 0 {
                Output.talk.line(Output.talk.terminal.style(.faint, "continuations drawn with seed \(seed)"))
            }
        }
    }

    private func request() throws -> V1.AblateRequest {
        var request = V1.AblateRequest()
        request.input = try response.input(prompt: prompt.message(), policy: policy.policy, sampling: sampling)
        request.capture = capture.options(stepMap: .noMap)
        request.steps = step
        request.mode = V1.AblationMode(word: mode)
        request.samples = samples
        request.sampling = sampling.options
        request.answer = answer.map { V1.AnswerForm(word: $0) } ?? .unspecified
        return request
    }
}
