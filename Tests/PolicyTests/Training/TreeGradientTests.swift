import Compute
import ModelFiles
import Sampling
import TestSupport
import Testing

@testable import Policy

@Suite("Trees in training", .serialized)
struct TreeGradientTests {
    /// The same float32 numbers summed in another order, relative to the largest element: sums of some thousand terms
    /// that cancel.
    static let tolerance: Float = 1e-4

    /// Every node's tokens count once for each leaf below it.
    @Test(
        "A tree's gradients equal those of its rows one by one", arguments: ReferencePolicy.names,
        [1, 2, 3, 4] as [UInt64])
    func rows(_ name: String, _ seed: UInt64) throws {
        let trained = try TrainedPolicy(name)
        let trees = try RandomTrees.make(seed: seed, like: trained.reference, count: 2)
        let batch = TrainingBatch(trees)
        let leaves = Self.leavesBelow(trees, batch)
        let together = try trained.run(trees) { RandomTrees.loss($0) { leaves[$0] } }
        let expected = trained.parameters.parameters.map { Array($0.gradient.buffer) }

        trained.parameters.clearGradients()
        let weights = try trained.parameters.packed(as: .float32, team: trained.reference.team)
        var loss = 0.0
        for (index, tree) in trees.enumerated() {
            for leaf in tree.leaves {
                let places = tree.path(to: leaf).flatMap { Array(batch.rows(of: $0, ofTree: index)) }
                guard !places.isEmpty else { continue }
                let result = try trained.pass.run(
                    TrainingBatch([TokenTree(tree.sequence(to: leaf))]), weights: weights,
                    parameters: trained.parameters, loss: RandomTrees.loss(places))
                loss += result.loss
                for (row, place) in places.enumerated().dropFirst() {
                    #expect(result.logprobs[row] == together.logprobs[place])
                }
            }
        }
        #expect(abs(loss - together.loss) < 1e-5 * max(1, abs(loss)))
        for (parameter, tree) in pairs(trained.parameters.parameters, expected) {
            let scale = tree.map(abs).max()!
            let worst = zip(parameter.gradient.buffer, tree).map { abs($0 - $1) }.max()!
            #expect(worst <= Self.tolerance * scale, "\(parameter.name): \(worst / scale)")
        }
    }

    private static func leavesBelow(_ trees: [TokenTree], _ batch: TrainingBatch) -> [Int] {
        var counts = [Int](repeating: 0, count: batch.rowCount)
        for (index, tree) in trees.enumerated() {
            for leaf in tree.leaves {
                for row in tree.path(to: leaf).flatMap({ batch.rows(of: $0, ofTree: index) }) { counts[row] += 1 }
            }
        }
        return counts
    }

    @Test(
        "Log-probabilities are those of the pass that serves, bit for bit", arguments: ReferencePolicy.names,
        LinearTests.formats)
    func sameAsServing(_ name: String, _ format: (precision: Precision, blocks: WeightBlocks?)) throws {
        let trained = try TrainedPolicy(name, precision: format.precision, blocks: format.blocks)
        let tree = try RandomTrees.make(seed: 9, like: trained.reference, count: 1)[0]
        let batch = TrainingBatch([tree])
        let scored = try trained.pass.score(batch, weights: trained.reference.weights)
        for leaf in tree.leaves {
            let tokens = tree.sequence(to: leaf)
            let places = tree.path(to: leaf).flatMap { Array(batch.rows(of: $0, ofTree: 0)) }
            let logits = try trained.reference.logits(tokens)
            for position in 1..<tokens.count {
                let row = logits[position - 1]
                let sums = row.withUnsafeBufferPointer { LogitSums($0, maximum: row.max()!) }
                #expect(scored.logprobs[places[position]] == sums.logprob(ofLogit: row[Int(tokens[position])]))
            }
        }
        #expect(scored.isFinite)
    }

    @Test("A batch can follow a larger and a smaller one")
    func reuse() throws {
        let trained = try TrainedPolicy("qwen3")
        let trees = try (1...3).map { try RandomTrees.make(seed: $0, like: trained.reference, count: Int($0)) }
        func gradients(_ trained: TrainedPolicy, _ trees: [TokenTree]) throws -> [[Float]] {
            _ = try trained.run(trees) { RandomTrees.loss($0) }
            return trained.parameters.parameters.map { Array($0.gradient.buffer) }
        }
        for index in [2, 0, 1, 2] {
            #expect(try gradients(trained, trees[index]) == gradients(TrainedPolicy("qwen3"), trees[index]))
        }
    }

    @Test("Shared tokens are computed once, and leaves, sequences and paths say what a tree holds")
    func shape() {
        var tree = TokenTree([1, 2, 3])
        let left = tree.add([4, 5], to: 0)
        tree.add([], to: 0)
        tree.add([6], to: left)
        tree.add([7, 8], to: left)
        #expect(tree.leaves == [2, 3, 4])
        #expect(tree.sequence(to: 4) == [1, 2, 3, 4, 5, 7, 8])
        #expect(tree.tokenCount == 8)
        #expect(tree.rowTokenCount == 3 + 6 + 7)
        let batch = TrainingBatch([tree])
        #expect(batch.rowCount == 8)
        #expect(batch.predicted() == [false] + Array(repeating: true, count: 7))
        // Tokens 6 and 7 are both predicted by 5, and tokens before the fork lie in the second child's block too.
        #expect(batch.predictions.filter { $0.from.index == 4 }.map(\.token) == [6, 7])
        #expect(batch.copies.map(\.count) == [1, 1, 1, 1, 1, 0, 0, 0])
    }

    @Test("Logits that are not finite give no gradient and are reported")
    func notFinite() throws {
        let trained = try TrainedPolicy("llama")
        trained.parameters[.finalNorm].values.buffer.update(repeating: .greatestFiniteMagnitude)
        let result = try trained.run([TokenTree([1, 2, 3])]) { TrainingLoss(.likelihood, scale: $0.map { _ in 1 }) }
        #expect(!result.isFinite)
    }
}
