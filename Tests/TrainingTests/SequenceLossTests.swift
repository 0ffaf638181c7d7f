import Foundation
import Policy
import TestSupport
import Testing
import Trees

@testable import Training

@Suite("Losses of whole sequences")
struct SequenceLossTests {
    /// Two responses to a prompt, and a continuation of the first behind its second token.
    private static func batch(
        advantages: [Double?], rewards: [Double] = [1, 0, 0.5], _ aggregation: LossAggregation = .responseMean
    ) -> PolicyBatch {
        var tree = RolloutTree(prompt: [1])
        tree.add(.init(tokens: [2, 3, 4, 5], logprobs: [-1, -2, -0.5, -1]))
        tree.add(.init(tokens: [6, 7], logprobs: [-0.25, -1.5]))
        tree.add(.init(tokens: [8, 9], logprobs: [-2, -1]), at: .init(rollout: 0, offset: 2))
        return PolicyBatch(
            [
                PolicyTree(
                    tree, tree.segments, TreeCredit(advantages: advantages, rows: .responses), rewards: rewards
                ) { _ in true }
            ], aggregation)
    }

    /// Moves that a Float has exactly.
    private static let moves: [Float] = [0.125, -0.25, 0.0625, 0.5, -0.125, 0.25, 0.375, -0.5]

    private func ratios(_ batch: PolicyBatch, _ current: [Float], low: Double, high: Double) -> SequenceRatios {
        SequenceRatios(batch.rows[0], of: batch, current: PerToken(current), clipLow: low, clipHigh: high)
    }

    @Test("A row has the geometric mean of its tokens' ratios, and its tokens are pulled by it")
    func ratio() {
        let batch = Self.batch(advantages: [nil, 1, 1, -2, 1])
        let current = zip(batch.old.values, Self.moves).map { $0 + $1 }
        let found = ratios(batch, current, low: 0.9, high: 9)
        // Tokens by node: the stretch that two rows share, the first row's rest, the second response, the continuation.
        let first = exp((0.125 - 0.25 + 0.0625 + 0.5) / 4), second = exp((-0.125 + 0.25) / 2)
        let third = exp((0.125 - 0.25 + 0.375 - 0.5) / 4)
        let shared = (first + third) / 2
        let expected = [shared, shared, first, first, -2 * second, -2 * second, third, third]
        for (found, expected) in pairs(found.pulls.values.map { Double($0) }, expected) {
            #expect(abs(found - expected) < 1e-6)
        }
        #expect(abs(found.loss - (2 * second - first - third)) < 1e-12)
        #expect(found.isClipped.values.allSatisfy { !$0 })
    }

    @Test("Where a row has one advantage, pulls are the loss's derivatives, clipped rows' included")
    func derivative() {
        let batch = Self.batch(advantages: [nil, 1, 1, -2, 1])
        let current = zip(batch.old.values, Self.moves).map { $0 + $1 }
        let step: Float = 1.0 / 1024
        for (low, high) in [(0.9, 9.0), (0.2, 0.1), (0.01, 0.01)] {
            let found = ratios(batch, current, low: low, high: high)
            for token in current.indices {
                var (up, down) = (current, current)
                up[token] += step
                down[token] -= step
                let slope =
                    (ratios(batch, up, low: low, high: high).loss - ratios(batch, down, low: low, high: high).loss)
                    / Double(2 * step)
                // Differences are exact up to the square of the step, pulls up to a rounding of Float.
                let pull = Double(found.pulls.values[token]) * Double(batch.weights.values[token])
                #expect(abs(slope + pull) < 1e-6)
            }
        }
        // The first row gains from its ratio of 1.12, and the second response loses by its own of 1.06.
        let clipped = ratios(batch, current, low: 0.01, high: 0.01)
        #expect(clipped.isClipped.values == [true, true, true, true, false, false, false, false])
    }

    @Test("Pairs of one place, the better first: log 2 each where nothing was learnt, and half of beta as a pull")
    func preferences() {
        let batch = Self.batch(advantages: [nil, 0, 0, 0, 0])
        // Values: 3/4 of the shared stretch over 0 of the other response; then 1 over 1/2 of the continuation.
        let start = PreferenceLoss(
            batch.learntNodes, count: batch.count, current: batch.old, reference: batch.old, beta: 0.5)
        #expect(start.sums.pairs == 2 && start.sums.ordered == 0)
        #expect(abs(start.loss - log(2)) < 1e-15)
        #expect(start.scales.values == [0.125, 0.125, 0.125, 0.125, -0.125, -0.125, -0.125, -0.125])
        #expect(start.sums.metrics["preference/pairs"] == 2)
        let alike = Self.batch(advantages: [nil, 0, 0, 0, 0], rewards: [1, 1, 1])
        let none = PreferenceLoss(
            alike.learntNodes, count: alike.count, current: alike.old, reference: alike.old, beta: 0.5)
        #expect(none.sums.pairs == 0 && none.loss == 0 && none.scales.values.allSatisfy { $0 == 0 })
        #expect(none.sums.metrics.isEmpty)
    }

    @Test("The loss of pairs by hand, and its derivatives by central differences")
    func preferenceDerivative() {
        let batch = Self.batch(advantages: [nil, 0, 0, 0, 0]), beta = 0.25
        func fit(_ current: [Float]) -> PreferenceLoss {
            PreferenceLoss(
                batch.learntNodes, count: batch.count, current: PerToken(current), reference: batch.old, beta: beta)
        }
        let current = zip(batch.old.values, Self.moves).map { $0 + $1 }
        let (upper, lower) = (beta * (-0.125 - 0.125), beta * (0.5625 + 0.125))
        let expected = (log(1 + exp(-upper)) + log(1 + exp(-lower))) / 2
        #expect(abs(fit(current).loss - expected) < 1e-12)
        #expect(fit(current).sums.ordered == 1)
        let scales = fit(current).scales.values, step: Float = 1.0 / 1024
        for token in current.indices {
            var (up, down) = (current, current)
            up[token] += step
            down[token] -= step
            #expect(abs((fit(up).loss - fit(down).loss) / Double(2 * step) + scales[token]) < 1e-9)
        }
    }

    @Test("Log-ratios beyond any exponential give finite losses")
    func extremes() {
        let batch = Self.batch(advantages: [nil, 0, 0, 0, 0])
        for move: Float in [-1e4, 1e4] {
            let current = batch.old.values.enumerated().map { $0.element + ($0.offset < 4 ? move : -move) }
            let fit = PreferenceLoss(
                batch.learntNodes, count: batch.count, current: PerToken(current), reference: batch.old, beta: 1)
            #expect(fit.loss.isFinite && fit.scales.values.allSatisfy(\.isFinite))
        }
    }
}
