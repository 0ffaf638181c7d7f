import Basics
import Compute
import Foundation
import ModelFiles
import Policy
import Ranks
import TestSupport
import Testing

@testable import Jobs
@testable import Training

@Suite("A policy trained by several ranks")
struct RankedTrainerTests {
    /// Seven sequences of several lengths, the last two with a common beginning.
    private static let trees: [TrainingTree] = {
        var random = SplitMix(state: 5), first = LearntToken(0)
        return (0..<6).map { number in
            var tree = TokenTree((0..<3 + 4 * number).map { _ in Int32.random(in: 3..<400, using: &random) })
            if number == 5 { for _ in 0..<2 { tree.add([7, Int32.random(in: 3..<400, using: &random)], to: 0) } }
            let tokens = tree.tokenCount
            defer { first = first.advanced(by: tokens) }
            return TrainingTree(tree, first: first) { _ in true }
        }
    }()
    private static let count = trees.reduce(0) { $0 + $1.tokenCount }

    private struct Outcome: Equatable {
        var losses: [Double] = []
        var norms: [Double] = []
        var entropies: [Double] = []
        var logprobs: [[UInt32]] = []
        var weights = Data()
        var optimizer: [String: [UInt32]] = [:]
    }

    /// Three steps, or one more from what was saved.
    private static func train(
        _ ranks: Ranks, _ folder: URL, kind: OptimizerSpecification.Kind = .adamw, steps: Int = 3, from: URL? = nil,
        done: Int = 0, groups: Int = 4
    ) throws -> Outcome {
        var specification = OptimizerSpecification()
        (specification.kind, specification.learningRate) = (kind, 1e-3)
        var compute = ComputeSpecification()
        compute.threads = 1
        let trainer = try PolicyTrainer(
            backend: CPUBackend(threads: 1), directory: Fixtures.url("qwen2"), precision: .float32,
            weightFormat: .float32, optimizer: specification, compute: compute, microbatchTokens: 24,
            together: .init(ranks: ranks, groups: groups))
        if let from { try trainer.restore(from: from, updates: done) }
        var outcome = Outcome()
        for _ in 0..<steps {
            trainer.clearGradients()
            let scored = try trainer.score(trees, count: count, weights: try trainer.weights)
            let figures = try trainer.accumulate(trees, count: count) { rows in
                TrainingLoss(.likelihood, scale: rows.map { _ in 1 / Double(count) })
            }
            #expect(scored.logprobs == figures.logprobs)
            let update = try trainer.update(learningRate: 1e-3)
            outcome.losses.append(figures.loss)
            outcome.norms.append(update.gradientNorm)
            outcome.entropies.append(figures.meanEntropy)
            outcome.logprobs.append(figures.logprobs.values.map(\.bitPattern))
        }
        if ranks.isFirst { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
        try trainer.save(into: folder, like: Fixtures.url("qwen2"))
        try ranks.barrier("saving")
        outcome.weights = try Data(contentsOf: folder.appendingPathComponent("policy/model.safetensors"))
        let state = try SafetensorsFile(path: folder.appendingPathComponent("optimizer.safetensors").path)
        for name in state.names {
            let tensor = try #require(try state.tensor(named: name))
            var values = [Float](repeating: 0, count: tensor.elementCount)
            values.withUnsafeMutableBufferPointer { tensor.copyFloats(to: $0) }
            outcome.optimizer[name] = values.map(\.bitPattern)
        }
        return outcome
    }

    @Test(
        "Losses, norms, weights and the optimizer's state are the same bits for 1 to 5 ranks",
        arguments: [
            OptimizerSpecification.Kind.adamw, .muon,
        ])
    func equal(kind: OptimizerSpecification.Kind) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let alone = try Self.train(.alone, folder.appendingPathComponent("alone"), kind: kind)
            #expect(alone.losses[0] > alone.losses[2])
            for count in 1...5 {
                let outcomes = await Ranks.apart(count) {
                    try Self.train($0, folder.appendingPathComponent("\(count)"), kind: kind)
                }
                for outcome in outcomes { #expect(try outcome.get() == alone, "\(count) ranks") }
            }
        }
    }

    @Test("What some ranks saved, others go on from") func resumes() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let saved = folder.appendingPathComponent("saved"), expected = folder.appendingPathComponent("expected")
            let whole = try Self.train(.alone, expected)
            for outcome in await Ranks.apart(3, { try Self.train($0, saved, steps: 2) }) { _ = try outcome.get() }
            for count in [1, 2, 4] {
                let outcomes = await Ranks.apart(count) {
                    try Self.train($0, folder.appendingPathComponent("\(count)"), steps: 1, from: saved, done: 2)
                }
                for outcome in outcomes {
                    let outcome = try outcome.get()
                    #expect(outcome.losses == [whole.losses[2]])
                    #expect(outcome.weights == whole.weights && outcome.optimizer == whole.optimizer)
                }
            }
        }
    }

    @Test("Gradients of one group are those of before; more groups differ in rounding alone") func groups() async throws
    {
        try await Fixtures.withTemporaryFolder { folder in
            let one = try Self.train(.alone, folder.appendingPathComponent("1"), groups: 1)
            let four = try Self.train(.alone, folder.appendingPathComponent("4"))
            for (a, b) in zip(one.norms, four.norms) { #expect(abs(a - b) < 1e-4 * a) }
            #expect(one.logprobs[0] == four.logprobs[0])
        }
    }
}
