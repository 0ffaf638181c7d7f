import Basics
import Compute
import Foundation
import TestSupport

@testable import Policy

/// One of the tiny reference policies with parameters, and a pass to train it with.
final class TrainedPolicy {
    let reference: ReferencePolicy
    let parameters: ParameterSet
    let pass: TrainingPass

    init(
        _ name: String, precision: Precision = .float32, threads: Int = 2, recomputes: Bool = false, maxRows: Int = 2048
    ) throws {
        reference = try ReferencePolicy(name, precision: precision, threads: threads)
        let directory = try PolicyDirectory(Fixtures.url(name))
        parameters = try ParameterSet(files: try directory.weights(), configuration: directory.configuration)
        pass = try TrainingPass(
            configuration: directory.configuration, precision: precision, team: reference.team, maxRows: maxRows,
            recomputesActivations: recomputes)
    }

    /// One pass with the parameters as they are, onto cleared gradients.
    func run(_ trees: [TokenTree], loss: TokenLossFunction) throws -> TrainingResult {
        parameters.clearGradients()
        let weights = try parameters.packed(precision: pass.precision, team: reference.team)
        return try pass.run(TrainingBatch(trees), weights: weights, parameters: parameters, loss: loss)
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
                let parent = random.next(below: tree.nodes.count)
                let node = tree.add(random.next(below: 5) == 0 ? [] : tokens(70), to: parent)
                if random.next(below: 4) == 0 { tree.add(tree.nodes[node].tokens, to: parent) }
            }
            return tree
        }
    }

    /// A loss of some curvature that differs from row to row.
    static func loss(_ row: Int, _ logprob: Float) -> TokenLoss {
        let weight = Float(row % 7) - 2.5
        return TokenLoss(value: weight * logprob, logprob: weight, entropy: row % 3 == 0 ? 0.3 : 0)
    }
}
