import ArgumentParser
import Compute
import Console
import Foundation
import JSONCoding
import Logging
import ModelFiles
import ModelMaking
import Policy
import Rollouts
import Tokenizing

struct Bench: AsyncParsableCommand {
    /// What can be measured.
    enum Figure: String, CaseIterable, ExpressibleByArgument {
        case decode, prefill, rollouts, firstToken = "first-token", capture, training, adapters
    }

    static let configuration = CommandConfiguration(
        abstract: "Measure how fast this machine runs a model.",
        discussion: """
            Runs in this process, without a server. Decoding is given as a share of the
            memory bandwidth measured in the same run, and capture beside the same work
            without it. Nothing else should run meanwhile. Without --model a model with
            random weights is made, measured and removed.

            Examples:
              attnrl bench --size mini --precision float32
              attnrl bench --model /models/qwen2.5-0.5b --only decode --only prefill -o json
            """)

    @Option(help: ArgumentHelp("The model folder to measure.", valueName: "dir"))
    var model: String?

    @Option(help: "Without --model: how large a model to make.")
    var size = PolicySize.mini

    @Option(help: "What to compute in: auto, float32 or bfloat16.")
    var precision = PrecisionChoice.auto

    @Option(help: "What to keep weights in: numbers of the precision (auto), or blocks of 8 bits.")
    var weights = WeightsChoice.auto

    @Option(help: ArgumentHelp("Compute threads. (default: one for each processor)", valueName: "number"))
    var threads: Int?

    @Option(help: ArgumentHelp("Measure this alone; may be repeated.", valueName: "figure"))
    var only: [Figure] = []

    @Option(
        help: ArgumentHelp(
            "Runs of each figure, after one that does not count; the median is reported.", valueName: "number"))
    var runs = 3

    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    mutating func validate() throws {
        try ArgumentCheck.require("--runs", runs, in: 1...10_000)
        if let threads { try ArgumentCheck.require("--threads", threads, in: 1...1024) }
    }

    func run() async throws {
        let temporary = model == nil ? try makeModel() : nil
        defer { if let temporary { try? FileManager.default.removeItem(at: temporary) } }
        let directory = try temporary ?? ModelLocation.url(of: model ?? "")
        let engine = Engine(configuration: EngineConfiguration(threads: threads), logger: Logger(label: "attnrl.bench"))
        let policy = try engine.load(
            directory: directory, name: model == nil ? size.rawValue : nil,
            precision: Precision(rawValue: precision.rawValue), blocks: WeightBlocks(rawValue: weights.rawValue))
        let bandwidth = try MemoryBandwidth.measure(threads: engine.configuration.threads)
        announce(policy, engine.configuration, bandwidth)
        let bench = PolicyBench(engine: engine, policy: policy, runs: runs, bandwidth: bandwidth)
        var figures: [BenchFigure] = []
        for figure in Figure.allCases where only.isEmpty || only.contains(figure) {
            figures += try await measure(figure, bench)
        }
        report(figures + [bench.memory()], policy, bandwidth)
    }

    private func measure(_ figure: Figure, _ bench: PolicyBench) async throws -> [BenchFigure] {
        switch figure {
        case .decode: [try await bench.decode(), try await bench.decode(sequences: 8)]
        case .prefill: [try await bench.prefill()]
        case .rollouts: [try await bench.rollouts()]
        case .firstToken: [try await bench.firstToken()]
        case .capture:
            [try await bench.captureOnText(), try await bench.captureOnGeneration()]
                + [try await bench.captureMemory()].compactMap { $0 }
        case .training: try await bench.training() + bench.trees()
        case .adapters: [try await bench.adapters()] + (try await bench.adapterTraining())
        }
    }

    private func makeModel() throws -> URL {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "attnrl-bench-\(UUID().uuidString)")
        try PolicyInitializer.write(
            size: size, seed: 1, to: directory, tokenizerFiles: PolicyInit.byteTokenizer(for: size, family: .qwen2))
        return directory
    }

    private func announce(_ policy: PolicyInfo, _ configuration: EngineConfiguration, _ bandwidth: Double) {
        let size = Figures.parameters(Int64(policy.configuration.parameterCount))
        Output.talk.line(
            "\(policy.name): \(size) parameters, \(policy.precision.rawValue), weights in \(policy.weightFormat.name), "
                + "\(configuration.threads) threads, \(InstructionSet.current), "
                + "memory read at \(Figures.brief(bandwidth / 1e9)) GB/s")
    }

    private func report(_ figures: [BenchFigure], _ policy: PolicyInfo, _ bandwidth: Double) {
        let json = JSONValue.fields([
            "policy": .string(policy.name), "precision": .string(policy.precision.rawValue),
            "weights": .string(policy.weightFormat.name),
            "parameters": .whole(policy.configuration.parameterCount),
            "instruction_set": .string("\(InstructionSet.current)"), "memory_bytes_per_second": .number(bandwidth),
            "figures": .array(figures.map(\.json)),
        ])
        switch output.output {
        case .json: Output.data.line(json.pretty)
        case .jsonl: for figure in figures { Output.data.line(figure.json.compact) }
        case .table: for line in BenchFigure.table(figures).lines(Output.data.terminal) { Output.data.line(line) }
        }
    }
}
