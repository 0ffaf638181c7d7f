import Compute
import Foundation
import Guarding
import ModelFiles
import TestSupport
import Testing

@testable import Policy

@Suite("Gradients", .serialized)
struct GradientTests {
    /// float32 against a float64 reference, relative to the largest element of each tensor: some hundred roundings of
    /// 6e-8, and sums of numbers that cancel.
    static let tolerance: Float = 2e-4

    @Test("Gradients of the mean cross-entropy equal the float64 reference", arguments: ReferencePolicy.names)
    func crossEntropy(_ name: String) throws {
        let trained = try TrainedPolicy(name)
        let tokens = try trained.reference.tokens, prompt = trained.reference.promptCount
        let count = Double(tokens.count - prompt)
        let result = try trained.run([TokenTree(tokens)]) {
            TrainingLoss(.likelihood, scale: $0.map { $0 < prompt ? 0 : 1 / count })
        }
        let expected = (trained.reference.meta["sft"] as! [String: Any])["loss"] as! Double
        #expect(abs(result.loss - expected) < 1e-5)
        try expectGradients(trained, "\(name)/expected_grads_sft.safetensors")
    }

    /// Losses do not depend on families.
    @Test("Gradients of the clipped policy loss equal the float64 reference", arguments: ["qwen2", "qwen3", "llama"])
    func policyLoss(_ name: String) throws {
        let trained = try TrainedPolicy(name)
        let given = trained.reference.meta["policy_loss"] as! [String: Any]
        func list(_ key: String) -> [Float] { (given[key] as! [Double]).map(Float.init) }
        let (old, reference, advantages) = (list("old_logprobs"), list("ref_logprobs"), list("advantages"))
        let tokens = try trained.reference.tokens, prompt = trained.reference.promptCount
        // Nothing of the prompt is learnt.
        func byRow(_ values: [Float]) -> [Float] { Array(repeating: 0, count: prompt) + values }
        let targets = PolicyTargets(
            old: byRow(old), advantages: byRow(advantages), reference: byRow(reference))
        let result = try trained.run([TokenTree(tokens)]) {
            TrainingLoss(.policy(PolicyLoss(), targets), scale: $0.map { $0 < prompt ? 0 : 1 / Double(old.count) })
        }
        #expect(abs(result.loss - (given["loss"] as! Double)) < 1e-5)
        try expectGradients(trained, "\(name)/expected_grads_policy.safetensors")
    }

    private func expectGradients(_ trained: TrainedPolicy, _ fixture: String) throws {
        let expected = try ReferenceTensors(fixture: fixture)
        for parameter in trained.parameters.parameters {
            let name = parameter.name
            let wanted = try expected.floats(name)
            let worst = zip(parameter.gradient.buffer, wanted).map { abs($0 - $1) }.max()!
            let scale = wanted.map(abs).max()!
            #expect(worst <= Self.tolerance * scale, "\(name): \(worst / scale) of the largest element")
        }
    }

    @Test("Thread counts and recomputed activations change no bit", arguments: ReferencePolicy.names)
    func sameBits(_ name: String) throws {
        let trees = try RandomTrees.make(seed: 3, like: ReferencePolicy(name))
        func gradients(threads: Int, recomputes: Bool, _ precision: Precision) throws -> [[Float]] {
            let trained = try TrainedPolicy(name, precision: precision, threads: threads, recomputes: recomputes)
            _ = try trained.run(trees) { RandomTrees.loss($0) }
            return trained.parameters.parameters.map { Array($0.gradient.buffer) }
        }
        for precision in [Precision.float32, .bfloat16] {
            let alone = try gradients(threads: 1, recomputes: false, precision)
            #expect(try gradients(threads: 2, recomputes: false, precision) == alone)
            #expect(try gradients(threads: 3, recomputes: true, precision) == alone)
        }
    }

    @Test("A stage that is completed has its gradients, and stages come in order", arguments: ReferencePolicy.names)
    func completed(_ name: String) throws {
        let trees = try RandomTrees.make(seed: 4, like: ReferencePolicy(name))
        for recomputes in [false, true] {
            let trained = try TrainedPolicy(name, threads: 3, recomputes: recomputes)
            let parameters = trained.parameters, seen = Guarded<[(stage: Int, gradients: [[Float]])]>([])
            _ = try trained.run(
                trees,
                completed: { stage in
                    let gradients = parameters.parameters[parameters.stages[stage]].map { Array($0.gradient.buffer) }
                    seen.withLock { $0.append((stage, gradients)) }
                }
            ) { RandomTrees.loss($0) }
            let stages = seen.withLock { $0 }
            #expect(stages.map(\.stage) == Array(parameters.stages.indices))
            #expect(stages.reduce(0) { $0 + $1.gradients.count } == parameters.parameters.count)
            for (stage, gradients) in stages {
                let now = parameters.parameters[parameters.stages[stage]].map { Array($0.gradient.buffer) }
                #expect(gradients == now, "stage \(stage)")
            }
        }
    }

    /// Along a tensor's own gradient the loss rises by the gradient's norm. The step is such that the loss moves by a
    /// thousandth: enough to leave its rounding behind, so little that its curvature does not show.
    ///
    /// Not with experts: where a token's choice is close, a step changes it, and the loss jumps.
    @Test(
        "Gradients equal central differences of the whole model, tensor by tensor",
        arguments: ReferencePolicy.names.filter { $0 != "qwen3_moe" })
    func centralDifferences(_ name: String) throws {
        let trained = try TrainedPolicy(name)
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
        let gradients = trained.parameters.parameters.map { Array($0.gradient.buffer) }
        for (parameter, gradient) in pairs(trained.parameters.parameters, gradients) {
            let (slope, norm) = try parameter.slope(along: gradient, of: loss)
            #expect(abs(slope - norm) < 5e-3 * norm, "\(parameter.name): \(slope), not \(norm)")
        }
    }

    /// So many that each member of the larger team has several bands of its own, the last of them a short one.
    @Test("Many rows, which members take apart, give the bits of few at a time", arguments: ReferencePolicy.names)
    func manyRows(_ name: String) throws {
        let tokens = try ReferencePolicy(name).tokens
        let trees = (0..<1300 / tokens.count).map { TokenTree(Array(tokens.dropFirst($0 % 7))) }
        #expect(trees.reduce(0) { $0 + $1.tokenCount } > 2 * Bands.size * 3)
        func gradients(threads: Int, recomputes: Bool) throws -> [[Float]] {
            let trained = try TrainedPolicy(name, precision: .bfloat16, threads: threads, recomputes: recomputes)
            _ = try trained.run(trees) { RandomTrees.loss($0) }
            return trained.parameters.parameters.map { Array($0.gradient.buffer) }
        }
        let alone = try gradients(threads: 1, recomputes: false)
        #expect(try gradients(threads: 3, recomputes: false) == alone)
        #expect(try gradients(threads: 5, recomputes: true) == alone)  // too few rows for five: all share each product
    }

    /// Rounding to 8 bits moves these random networks' own softmaxes, and the more so the further back a gradient goes: by
    /// up to a quarter of its norm at the embedding, which is a cosine of 0.97. Kernels are held to their exact results
    /// in `GradientKernelTests`.
    @Test("bfloat16 gradients point where float32 gradients do", arguments: ReferencePolicy.names)
    func bfloat16(_ name: String) throws {
        let tokens = try ReferencePolicy(name).tokens
        func gradients(_ precision: Precision) throws -> [[Double]] {
            let trained = try TrainedPolicy(name, precision: precision)
            _ = try trained.run([TokenTree(tokens)]) { TrainingLoss(.likelihood, scale: $0.map { _ in 1 }) }
            return trained.parameters.parameters.map { $0.gradient.buffer.map(Double.init) }
        }
        func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        for (exact, rounded) in pairs(try gradients(.float32), try gradients(.bfloat16)) {
            // No token chose this expert.
            if exact.allSatisfy({ $0 == 0 }), rounded.allSatisfy({ $0 == 0 }) { continue }
            let cosine = dot(exact, rounded) / (dot(exact, exact) * dot(rounded, rounded)).squareRoot()
            #expect(cosine > 0.95)
            // An error of a quarter of the norm lengthens it by that at most.
            let length = (dot(rounded, rounded) / dot(exact, exact)).squareRoot()
            #expect(abs(length - 1) < 0.25, "\(length)")
        }
    }

    /// Parameters that blocks hold exactly, so only roundings differ, as in `tolerance`.
    @Test("Gradients at weights in blocks are those at the same weights as float32", arguments: ["qwen2", "qwen3"])
    func blocks(_ name: String) async throws {
        let tokens = try ReferencePolicy(name).tokens
        try await Fixtures.withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("\(name).gguf")
            try PolicyDirectory.exportGGUF(from: Fixtures.url(name), to: file, format: .q8_0)
            func gradients(_ blocks: WeightBlocks?) throws -> [[Float]] {
                let trained = try TrainedPolicy(name, blocks: blocks)
                try trained.parameters.read(try PolicyDirectory(file).weights())
                _ = try trained.run([TokenTree(tokens)]) { TrainingLoss(.likelihood, scale: $0.map { _ in 1 }) }
                return trained.parameters.parameters.map { Array($0.gradient.buffer) }
            }
            for (floats, blocks) in pairs(try gradients(nil), try gradients(.q8_0)) {
                let worst = zip(floats, blocks).map { abs($0 - $1) }.max()!
                #expect(worst <= Self.tolerance * floats.map(abs).max()!)
            }
        }
    }
}
