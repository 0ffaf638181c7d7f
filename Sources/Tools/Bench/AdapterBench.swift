import Basics
import Compute
import Console
import Foundation
import Jobs
import ModelFiles
import Policy
import Rollouts

extension PolicyBench {
    /// Decoding with many adapters in one batch, relative to as many sequences without any.
    func adapters(count: Int = 16, sequences: Int = 64, rank: Int = 16) async throws -> BenchFigure {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("attnrl-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let names = try (0..<count).map { index in
            let name = "adapter-\(index)", path = folder.appendingPathComponent(name)
            try writeAdapter(to: path, rank: rank)
            return try engine.load(directory: path, name: name, base: policy.name).name
        }
        defer { for name in names { try? engine.unload(name) } }
        let prompt = 16, new = 64
        func seconds(_ names: [String]) async throws -> Double {
            func run(_ tokens: Int) async throws -> Double {
                let requests = (0..<sequences).map { index in
                    var request = request(prompt: prompt, new: tokens)
                    request.policy = names[index % names.count]
                    return request
                }
                return try await Stopwatch.seconds { try await self.run(requests) }
            }
            // Two lengths, so that the prompts' time cancels out.
            let short = try await run(2)
            return (try await run(new + 2) - short) / Double(new)
        }
        let (without, with) = try await Stopwatch.medians(
            runs: runs, { try await seconds([policy.name]) }, { try await seconds(names) })
        return BenchFigure(
            name: "adapters", value: Double(sequences) / with, unit: "tokens/s",
            ratio: ("a step's time without", with / without),
            conditions: "\(sequences) at once with \(count) adapters of rank \(rank), all targets")
    }

    private func writeAdapter(to folder: URL, rank: Int) throws {
        let shape = AdapterShape(
            rank: rank, alpha: Double(rank), targets: AdapterTarget.allCases, of: policy.configuration)
        try AdapterExporter(shape, of: policy.configuration, baseName: policy.name).write(to: folder) { _, buffer in
            for i in buffer.indices { buffer[i] = .random(in: -0.01...0.01) }
        }
    }

    /// A training step of an adapter, relative to one of all weights: time, and the memory of everything it needs beside
    /// the served weights.
    func adapterTraining(sequences: Int = 32, length: Int = 256, rank: Int = 16) async throws -> [BenchFigure] {
        let length = min(length, policy.configuration.contextLength)
        let trees = (0..<sequences).map { index in
            TokenTree((0..<length).map { Int32((31 * $0 + 17 * index) % policy.configuration.vocabularySize) })
        }
        // As a job's step is cut unless its specification says otherwise.
        let batches = ranges(
            ofSizes: trees.map(\.tokenCount), upTo: BatchSpecification().microbatchTokens
        ).map { TrainingBatch(Array(trees[$0])) }
        let shape = AdapterShape(
            rank: rank, alpha: Double(rank), targets: AdapterTarget.allCases, of: policy.configuration)
        /// Seconds of a step and bytes at the peak; everything is made anew.
        func cost(_ adapter: AdapterShape?) async throws -> (seconds: Double, bytes: Int?) {
            let isReset = ProcessMemory.resetPeak(), before = ProcessMemory.resident
            let step = try TrainingStep(policy, beside: engine, adapter: adapter, rows: batches[0].rowCount)
            let seconds = try await Stopwatch.median(runs: runs) {
                try await Stopwatch.seconds { try step.run(batches) }
            }
            return (seconds, isReset ? ProcessMemory.peak - before : nil)
        }
        let whole = try await cost(nil), adapted = try await cost(shape)
        let conditions = "\(sequences) sequences of \(length) tokens, rank \(rank), all targets"
        var figures = [
            BenchFigure(
                name: "adapter step", value: Double(sequences * length) / adapted.seconds, unit: "tokens/s",
                ratio: ("a whole step's time", adapted.seconds / whole.seconds), conditions: conditions)
        ]
        if let bytes = adapted.bytes, let all = whole.bytes {
            figures.append(
                BenchFigure(
                    name: "adapter memory", value: Double(bytes) / 1e6, unit: "MB",
                    ratio: ("a whole step's memory", Double(bytes) / Double(all)),
                    conditions: conditions + ", with parameters and optimizer"))
        }
        return figures
    }
}

/// Everything a training step needs, for all weights or for an adapter.
private struct TrainingStep {
    private let weights: () throws -> any PolicyWeights
    private let parameters: any ParameterSet
    private let optimizer: any Optimizer
    private let pass: any TrainingPass

    init(_ policy: PolicyInfo, beside engine: Engine, adapter: AdapterShape?, rows: Int) throws {
        let backend = engine.backend.beside(threads: engine.configuration.threads, priority: .normal)
        let precision = policy.precision
        if let adapter {
            let parameters = try backend.parameters(adapter, policy.configuration, seed: 1)
            let base = try engine.weights(policy.name, version: policy.version)
            self.parameters = parameters
            weights = { try backend.weights(of: parameters, on: base, precision) }
        } else {
            let directory = try PolicyDirectory(URL(fileURLWithPath: policy.versions[0].directory))
            let parameters = try backend.parameters(try directory.weights(), policy.configuration)
            self.parameters = parameters
            weights = { try backend.weights(of: parameters, policy.weightFormat) }
        }
        optimizer = try backend.optimizer(.adamW(AdamWSettings()), for: parameters)
        pass = try backend.trainingPass(
            policy.configuration, precision, maxRows: rows, recomputesActivations: false)
    }

    func run(_ batches: [TrainingBatch]) throws {
        parameters.clearGradients()
        let weights = try weights(), scale = 1 / Double(batches.reduce(0) { $0 + $1.rowCount })
        for batch in batches {
            let loss = TrainingLoss(.likelihood, scale: Array(repeating: scale, count: batch.rowCount))
            _ = try pass.run(batch, weights: weights, parameters: parameters, loss: loss)
        }
        let norm = parameters.gradientNorm()
        optimizer.step(learningRate: 1e-6, gradientScale: norm > 1 ? 1 / norm : 1)
    }
}
