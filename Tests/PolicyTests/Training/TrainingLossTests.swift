import TestSupport
import Testing

@testable import Policy

@Suite("Losses as data")
struct TrainingLossTests {
    private typealias Row = TrainingBatch.Row

    private static let targets = PolicyTargets(
        old: [-1, -0.5, -2], advantages: [1, -0.5, 0.25], reference: [-1.5, -1, -0.25])

    @Test("A token of a policy loss adds what the equation says, scaled")
    func policy() {
        let equation = PolicyLoss(klCoefficient: 0.1, entropyCoefficient: 0.2)
        let loss = TrainingLoss(.policy(equation, Self.targets), scale: [0.5, 2, 0])
        for token in 0..<2 {
            let value = loss.value(at: Row(token), logprob: -0.75, entropy: 1.25)
            let expected = equation(
                logprob: -0.75, old: Double(Self.targets.old[token]), reference: Double(Self.targets.reference[token]),
                advantage: Double(Self.targets.advantages[token]), entropy: 1.25)
            let scale = loss.scale[token]
            #expect(value.value == Float(expected.loss * scale) && value.dLogprob == Float(expected.slope * scale))
            #expect(value.dEntropy == Float(-0.2 * scale))
            #expect(value.divergence == expected.divergence && value.isClipped == expected.isClipped)
        }
        #expect(loss.value(at: Row(2), logprob: -0.75, entropy: 1.25) == TokenLoss())
    }

    @Test("A token of the likelihood adds -log p, scaled, and its entropy where that counts")
    func likelihood() {
        let plain = TrainingLoss(.likelihood, scale: [0.5, 0])
        #expect(plain.value(at: Row(0), logprob: -3, entropy: 2) == TokenLoss(value: 1.5, dLogprob: -0.5))
        #expect(plain.value(at: Row(1), logprob: -3, entropy: 2) == TokenLoss())
        let spread = TrainingLoss(.likelihood, scale: [0.5, 0], entropyScale: [0.25, -1])
        #expect(
            spread.value(at: Row(0), logprob: -3, entropy: 2) == TokenLoss(value: 2, dLogprob: -0.5, dEntropy: 0.25))
        #expect(spread.value(at: Row(1), logprob: -3, entropy: 2) == TokenLoss(value: -2, dEntropy: -1))
    }
}
