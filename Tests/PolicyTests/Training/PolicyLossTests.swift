import Foundation
import Testing

@testable import Policy

@Suite("Policy loss")
struct PolicyLossTests {
    static let loss = PolicyLoss(clipLow: 0.2, clipHigh: 0.28, dualClip: 3, klCoefficient: 0.1, entropyCoefficient: 0.2)
    /// Central differences in Double at a step of 1e-6.
    static let tolerance = 1e-8

    private func value(_ logprob: Double, advantage: Double, reference: Double? = nil) -> PolicyLoss.Value {
        Self.loss(logprob: logprob, old: -1, reference: reference, advantage: advantage, entropy: 0)
    }

    @Test("Inside the bounds the loss is -A times the ratio")
    func inside() {
        for advantage in [-2.0, 0.5] {
            let value = value(-1 + log(1.1), advantage: advantage)
            #expect(abs(value.loss + advantage * 1.1) < Self.tolerance)
            #expect(!value.isClipped)
        }
    }

    @Test("At a ratio of 1 the slope is -A")
    func first() {
        #expect(value(-1, advantage: 0.7).slope == -0.7)
        #expect(value(-1, advantage: 0.7).loss == -0.7)
    }

    @Test(
        "Beyond a bound, on the side that would gain, nothing is learnt",
        arguments: [(1.4, 1.0, -1.28), (0.5, -1.0, 0.8), (3.5, -1.0, 3.0)])
    func clipped(_ ratio: Double, _ advantage: Double, _ expected: Double) {
        let value = value(-1 + log(ratio), advantage: advantage)
        #expect(abs(value.loss - expected) < Self.tolerance)
        #expect(value.slope == 0)
        #expect(value.isClipped)
    }

    @Test("Beyond a bound, on the side that would lose, everything is", arguments: [(0.5, 1.0), (1.4, -1.0)])
    func unclipped(_ ratio: Double, _ advantage: Double) {
        let value = value(-1 + log(ratio), advantage: advantage)
        #expect(abs(value.loss + advantage * ratio) < Self.tolerance)
        #expect(abs(value.slope + advantage * ratio) < Self.tolerance)
        #expect(!value.isClipped)
    }

    @Test("The divergence is 0 at the reference, never negative, and weighted")
    func divergence() {
        #expect(value(-1, advantage: 0, reference: -1).divergence == 0)
        for logprob in stride(from: -4.0, to: 0, by: 0.37) {
            let value = value(logprob, advantage: 0, reference: -1.3)
            #expect(value.divergence >= 0)
            #expect(abs(value.loss - 0.1 * value.divergence) < Self.tolerance)
        }
        // e^d - d - 1 with d = 0.5
        #expect(abs(value(-1.5, advantage: 0, reference: -1).divergence - (exp(0.5) - 1.5)) < Self.tolerance)
    }

    @Test("The slope is the loss's derivative, divergence included")
    func slope() {
        for advantage in [-1.5, -0.2, 0, 0.8] {
            for logprob in stride(from: -3.0, to: 0.5, by: 0.113) {
                let (above, below) = (logprob + 1e-6, logprob - 1e-6)
                let difference =
                    (value(above, advantage: advantage, reference: -1.2).loss
                        - value(below, advantage: advantage, reference: -1.2).loss) / 2e-6
                // Differences across a corner of the clip mean nothing.
                let slopes = [above, below].map { value($0, advantage: advantage, reference: -1.2).isClipped }
                guard slopes[0] == slopes[1] else { continue }
                #expect(abs(value(logprob, advantage: advantage, reference: -1.2).slope - difference) < 1e-6)
            }
        }
    }

    @Test("Entropy is rewarded")
    func entropy() {
        let value = Self.loss(logprob: -1, old: -1, reference: nil, advantage: 0, entropy: 2)
        #expect(value.loss == -0.4)
    }

    @Test("Probabilities that vanish give finite numbers")
    func extremes() {
        for logprob in [-200.0, -1e-9] {
            for advantage in [-1.0, 1.0] {
                let value = Self.loss(logprob: logprob, old: -100, reference: -1, advantage: advantage, entropy: 0)
                #expect(value.divergence.isFinite)
                #expect(value.loss.isFinite || value.loss == .infinity)
            }
        }
    }
}
