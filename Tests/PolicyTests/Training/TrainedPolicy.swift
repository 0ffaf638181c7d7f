import Basics
import Compute
import Foundation
import ModelFiles
import TestSupport

@testable import Policy

/// One of the tiny reference policies with parameters, and a pass to train it with.
final class TrainedPolicy {
    let reference: ReferencePolicy
    let parameters: CPUParameters
    let pass: CPUTrainingPass

    init(
        _ name: String, precision: Precision = .float32, blocks: WeightBlocks? = nil, threads: Int = 2,
        recomputes: Bool = false, maxRows: Int = 2048
    ) throws {
        reference = try ReferencePolicy(name, precision: precision, blocks: blocks, threads: threads)
        let directory = try PolicyDirectory(Fixtures.url(name))
        parameters = try CPUParameters(files: try directory.weights(), configuration: directory.configuration)
        pass = try CPUTrainingPass(
            configuration: directory.configuration, precision: precision, team: reference.team, maxRows: maxRows,
            recomputesActivations: recomputes)
    }

    /// One pass with the parameters as they are, onto cleared gradients.
    func run(
        _ trees: [TokenTree], completed: (@Sendable (_ stage: Int) -> Void)? = nil,
        _ loss: (_ rows: Range<Int>) -> TrainingLoss
    ) throws -> TrainingResult {
        parameters.clearGradients()
        let weights = try parameters.packed(as: reference.weights.format, team: reference.team)
        let batch = TrainingBatch(trees)
        return try pass.run(
            batch, weights: weights, parameters: parameters, loss: loss(0..<batch.rowCount), completed: completed)
    }
}

/// Trees of random tokens: several depths, empty nodes, leaves that are alike, sequences that are prefixes of others.
enum RandomTrees {
    static func make(seed: UInt64, like reference: ReferencePolicy, count: Int = 3) throws -> [TokenTree] {
        var random = SplitMix(state: seed)
        let vocabulary = reference.configuration.vocabularySize
        func tokens(_ longest: Int) -> [Int32] {
            (0..<random.next(below: longest + 1)).map { _ in Int32(random.next(below: vocabulary)) }
        }
        return (0..<count).map { _ in
            var tree = TokenTree(tokens(90) + [1, 2])
            for _ in 0..<9 {
                let parent = TokenTree.Index(random.next(below: tree.nodes.count))
                let node = tree.add(random.next(below: 5) == 0 ? [] : tokens(70), to: parent)
                if random.next(below: 4) == 0 { tree.add(tree[node].tokens, to: parent) }
            }
            return tree
        }
    }

    /// A loss that differs from row to row, of entropies too.
    ///
    /// - Parameter weight: How often a row counts.
    static func loss(_ rows: some Sequence<Int>, weight: (Int) -> Int = { _ in 1 }) -> TrainingLoss {
        let rows = Array(rows)
        return TrainingLoss(
            .likelihood, scale: rows.map { Double(weight($0)) * (2.5 - Double($0 % 7)) },
            entropyScale: rows.map { Float(weight($0)) * ($0 % 3 == 0 ? 0.3 : 0) })
    }
}
