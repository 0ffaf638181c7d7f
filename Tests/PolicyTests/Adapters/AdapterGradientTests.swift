import Basics
import Compute
import Foundation
import ModelFiles
import Sampling
import TestSupport
import Testing

@testable import Policy

/// One of the fixtures' adapters with its parameters, and a pass to train it with.
final class TrainedAdapter {
    let reference: ReferencePolicy
    let parameters: CPUAdapterParameters
    let pass: CPUTrainingPass

    init(
        _ fixture: AdapterFixture, precision: Precision = .float32, threads: Int = 2, recomputes: Bool = false,
        maxRows: Int = 2048
    ) throws {
        reference = try ReferencePolicy(fixture.base, precision: precision, threads: threads)
        parameters = try fixture.parameters(reference.configuration)
        pass = try CPUTrainingPass(
            configuration: reference.configuration, precision: precision, team: reference.team, maxRows: maxRows,
            recomputesActivations: recomputes)
    }

    /// One pass with the parameters as they are, onto cleared gradients.
    func run(_ trees: [TokenTree], _ loss: (_ rows: Range<Int>) -> TrainingLoss) throws -> TrainingResult {
        parameters.clearGradients()
        let weights = try parameters.packed(on: reference.weights, reference.pass.precision, isTrained: true)
        let batch = TrainingBatch(trees)
        return try pass.run(batch, weights: weights, parameters: parameters, loss: loss(0..<batch.rowCount))
    }

    var gradients: [[Float]] { parameters.parameters.map { Array($0.gradient.buffer) } }
}

@Suite("Gradients of adapters", .serialized)
struct AdapterGradientTests {
    @Test("Gradients of the mean cross-entropy equal PEFT's in float64", arguments: AdapterFixture.allCases)
    func crossEntropy(_ fixture: AdapterFixture) throws {
        let trained = try TrainedAdapter(fixture), expected = try fixture.expected
        let tokens = try trained.reference.tokens, prompt = trained.reference.promptCount
        let count = Double(tokens.count - prompt)
        _ = try trained.run([TokenTree(tokens)]) {
            TrainingLoss(.likelihood, scale: $0.map { $0 < prompt ? 0 : 1 / count })
        }
        for parameter in trained.parameters.parameters {
            let wanted = try expected.floats("gradient.\(parameter.name)")
            let worst = zip(parameter.gradient.buffer, wanted).map { abs($0 - $1) }.max()!
            let scale = wanted.map(abs).max()!
            #expect(worst <= GradientTests.tolerance * scale, "\(parameter.name): \(worst / scale) of the largest")
        }
    }

    @Test(
        "Gradients equal central differences of the whole model, matrix by matrix", arguments: AdapterFixture.allCases)
    func centralDifferences(_ fixture: AdapterFixture) throws {
        let trained = try TrainedAdapter(fixture)
        let trees = try RandomTrees.make(seed: 5, like: trained.reference, count: 1)
        let count = Double(trees[0].tokenCount)
        func loss() throws -> Double {
            try trained.run(trees) { rows in
                TrainingLoss(
                    .likelihood, scale: rows.map { Double($0 % 3) / count },
                    entropyScale: rows.map { Float($0 % 4) / Float(4 * count) })
            }.loss
        }
        _ = try loss()
        for (parameter, gradient) in pairs(trained.parameters.parameters, trained.gradients) {
            let (slope, norm) = try parameter.slope(along: gradient, of: loss)
            #expect(abs(slope - norm) < 5e-3 * norm, "\(parameter.name): \(slope), not \(norm)")
        }
    }

    @Test("Thread counts and recomputed activations change no bit", arguments: AdapterFixture.allCases)
    func sameBits(_ fixture: AdapterFixture) throws {
        let trees = try RandomTrees.make(seed: 3, like: ReferencePolicy(fixture.base))
        func gradients(threads: Int, recomputes: Bool, _ precision: Precision) throws -> [[Float]] {
            let trained = try TrainedAdapter(fixture, precision: precision, threads: threads, recomputes: recomputes)
            _ = try trained.run(trees) { RandomTrees.loss($0) }
            return trained.gradients
        }
        for precision in Precision.allCases {
            let alone = try gradients(threads: 1, recomputes: false, precision)
            #expect(try gradients(threads: 2, recomputes: false, precision) == alone)
            #expect(try gradients(threads: 3, recomputes: true, precision) == alone)
        }
    }

    @Test("Many rows, which members take apart, give the bits of few at a time", arguments: AdapterFixture.allCases)
    func manyRows(_ fixture: AdapterFixture) throws {
        let tokens = try ReferencePolicy(fixture.base).tokens
        let trees = (0..<1300 / tokens.count).map { TokenTree(Array(tokens.dropFirst($0 % 7))) }
        func gradients(threads: Int, recomputes: Bool) throws -> [[Float]] {
            let trained = try TrainedAdapter(fixture, precision: .bfloat16, threads: threads, recomputes: recomputes)
            _ = try trained.run(trees) { RandomTrees.loss($0) }
            return trained.gradients
        }
        let alone = try gradients(threads: 1, recomputes: false)
        #expect(try gradients(threads: 3, recomputes: false) == alone)
        #expect(try gradients(threads: 5, recomputes: true) == alone)
    }

    /// As for all weights: see `GradientTests`.
    @Test("bfloat16 gradients point where float32 gradients do", arguments: AdapterFixture.allCases)
    func bfloat16(_ fixture: AdapterFixture) throws {
        let tokens = try ReferencePolicy(fixture.base).tokens
        func gradients(_ precision: Precision) throws -> [[Double]] {
            let trained = try TrainedAdapter(fixture, precision: precision)
            _ = try trained.run([TokenTree(tokens)]) { TrainingLoss(.likelihood, scale: $0.map { _ in 1 }) }
            return trained.gradients.map { $0.map(Double.init) }
        }
        func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        for (exact, rounded) in pairs(try gradients(.float32), try gradients(.bfloat16)) {
            let cosine = dot(exact, rounded) / (dot(exact, exact) * dot(rounded, rounded)).squareRoot()
            #expect(cosine > 0.95)
        }
    }

    @Test("A pass with an adapter scores as serving does, bit for bit", arguments: AdapterFixture.allCases)
    func scores(_ fixture: AdapterFixture) throws {
        for precision in Precision.allCases {
            let trained = try TrainedAdapter(fixture, precision: precision)
            let tokens = try trained.reference.tokens
            let weights = try trained.parameters.packed(
                on: trained.reference.weights, trained.reference.pass.precision, isTrained: true)
            let scored = try trained.pass.score(TrainingBatch([TokenTree(tokens)]), weights: weights)
            let learnt = try trained.run([TokenTree(tokens)]) { TrainingLoss(.likelihood, scale: $0.map { _ in 1 }) }
            #expect(scored.logprobs.dropFirst() == learnt.logprobs.dropFirst())
            let base = try trained.pass.score(TrainingBatch([TokenTree(tokens)]), weights: trained.reference.weights)
            #expect(base.logprobs.dropFirst() != scored.logprobs.dropFirst())
            let rows = try trained.reference.logits(tokens, adapter: CPUAdapter.own(weights.adapter!))
            let served = zip(rows, tokens.dropFirst()).map { row, token in
                row.withUnsafeBufferPointer { LogitSums($0, maximum: $0.max()!).logprob(ofLogit: row[Int(token)]) }
            }
            #expect(Array(scored.logprobs.dropFirst()) == served)
        }
    }

    @Test(
        "An update moves an adapter along its gradients, and the base stays as it was",
        arguments: AdapterFixture.allCases)
    func update(_ fixture: AdapterFixture) throws {
        let trained = try TrainedAdapter(fixture), backend = CPUBackend(threads: 2)
        let tokens = try trained.reference.tokens, before = try trained.reference.logits(tokens)
        let optimizer = try backend.optimizer(.adamW(AdamWSettings()), for: trained.parameters)
        var losses: [Double] = []
        for _ in 0..<8 {
            losses.append(
                try trained.run([TokenTree(tokens)]) {
                    TrainingLoss(.likelihood, scale: $0.map { _ in 1 / Double(tokens.count) })
                }.loss)
            optimizer.step(learningRate: 1e-2, gradientScale: 1)
        }
        #expect(losses[7] < losses[0])
        #expect(try trained.reference.logits(tokens) == before)
    }
}
