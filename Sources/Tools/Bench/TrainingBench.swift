import Basics
import Compute
import Console
import Foundation
import ModelFiles
import Policy
import Rollouts

extension PolicyBench {
    /// One training step (forward, backward, AdamW and packing) on sequences of one length; also its time relative to
    /// the forward pass, and the memory it takes.
    func training(sequences: Int = 32, length: Int = 256) async throws -> [BenchFigure] {
        let bench = try TrainingBench(policy, beside: engine)
        let length = min(length, policy.configuration.contextLength)
        let batch = TrainingBatch(
            (0..<sequences).map { index in
                TokenTree((0..<length).map { Int32((31 * $0 + 17 * index) % policy.configuration.vocabularySize) })
            })
        let pass = try bench.pass(rows: batch.rowCount)
        let canResetPeak = ProcessMemory.resetPeak(), before = ProcessMemory.resident
        let (forward, step) = try await Stopwatch.medians(
            runs: runs, { try await Stopwatch.seconds { try bench.forward(pass, batch) } },
            { try await Stopwatch.seconds { try bench.step(pass, batch) } })
        let conditions = "\(sequences) sequences of \(length) tokens"
        var figures = [
            BenchFigure(
                name: "training step", value: Double(batch.rowCount) / step, unit: "tokens/s",
                ratio: ("a forward pass's time", step / forward), conditions: conditions)
        ]
        if canResetPeak {
            figures.append(
                BenchFigure(
                    name: "training memory", value: Double(ProcessMemory.peak - before) / 1e6, unit: "MB",
                    conditions: conditions + ", beside parameters and optimizer"))
        }
        return figures
    }

    /// The gradients of a training step on rollout trees, relative to the time that as many tokens would take in rows:
    /// 1 if a tree costs as much as its tokens in rows.
    ///
    /// Trees are shaped like the method's: a prompt of 64 tokens, 6 responses of 256, 4 of them continued twice at an
    /// eighth and at a quarter.
    func trees(count: Int = 4) async throws -> [BenchFigure] {
        let bench = try TrainingBench(policy, beside: engine)
        let vocabulary = policy.configuration.vocabularySize
        let trees = (0..<count).map { Self.tree(seed: $0, vocabulary: vocabulary) }
        let rows = trees.flatMap { tree in tree.leaves.map { TokenTree(tree.sequence(to: $0)) } }
        let whole = TrainingBatch(trees), parts = rows.chunked(by: rows.count / count).map { TrainingBatch($0) }
        let pass = try bench.pass(rows: ([whole] + parts).map(\.rowCount).max() ?? 0)
        let (tree, byRow) = try await Stopwatch.medians(
            runs: runs, { try await Stopwatch.seconds { try bench.gradients(pass, [whole]) } },
            { try await Stopwatch.seconds { try bench.gradients(pass, parts) } })
        let rowTokens = parts.reduce(0) { $0 + $1.rowCount }
        let ratio = Double(whole.rowCount) / Double(rowTokens)
        return [
            BenchFigure(
                name: "tree gradients", value: Double(whole.rowCount) / tree, unit: "tokens/s",
                ratio: ("the rows' time by tokens", tree / byRow / ratio),
                conditions: "\(count) trees, \(whole.rowCount) tokens for \(rowTokens) of rows: \(Figures.brief(ratio))"
            )
        ]
    }

    private static func tree(seed: Int, vocabulary: Int) -> TokenTree {
        var next = seed
        func tokens(_ count: Int) -> [Int32] {
            (0..<count).map { _ in
                next += 1
                return Int32(31 * next % vocabulary)
            }
        }
        var tree = TokenTree(tokens(64))
        for response in 0..<6 {
            guard response < 4 else {
                tree.add(tokens(256), to: 0)
                continue
            }
            let first = tree.add(tokens(32), to: 0), second = tree.add(tokens(32), to: first)
            tree.add(tokens(192), to: second)
            for _ in 0..<2 {
                tree.add(tokens(224), to: first)
                tree.add(tokens(192), to: second)
            }
        }
        return tree
    }
}

extension Array {
    fileprivate func chunked(by size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}

/// A policy's parameters and an optimizer, for timing steps.
private struct TrainingBench {
    let parameters: any PolicyParameters
    let optimizer: any Optimizer
    let precision: Precision
    let weightFormat: Compute.WeightFormat
    let backend: any Backend

    init(_ policy: PolicyInfo, beside engine: Engine) throws {
        backend = engine.backend.beside(threads: engine.configuration.threads, priority: .normal)
        let directory = try PolicyDirectory(URL(fileURLWithPath: policy.versions[0].directory))
        parameters = try backend.parameters(try directory.weights(), policy.configuration)
        optimizer = try backend.optimizer(.adamW(AdamWSettings()), for: parameters)
        (precision, weightFormat) = (policy.precision, policy.weightFormat)
    }

    func pass(rows: Int) throws -> any TrainingPass {
        try backend.trainingPass(
            parameters.configuration, precision, maxRows: rows, recomputesActivations: false)
    }

    func forward(_ pass: any TrainingPass, _ batch: TrainingBatch) throws {
        _ = try pass.score(batch, weights: try backend.weights(of: parameters, weightFormat))
    }

    func gradients(_ pass: any TrainingPass, _ batches: [TrainingBatch]) throws {
        parameters.clearGradients()
        let weights = try backend.weights(of: parameters, weightFormat)
        let scale = Double(1 / Float(batches.reduce(0) { $0 + $1.rowCount }))
        for batch in batches {
            let loss = TrainingLoss(.likelihood, scale: Array(repeating: scale, count: batch.rowCount))
            _ = try pass.run(batch, weights: weights, parameters: parameters, loss: loss)
        }
    }

    func step(_ pass: any TrainingPass, _ batch: TrainingBatch) throws {
        try gradients(pass, [batch])
        let norm = parameters.gradientNorm()
        optimizer.step(learningRate: 1e-6, gradientScale: norm > 1 ? 1 / norm : 1)
    }
}
