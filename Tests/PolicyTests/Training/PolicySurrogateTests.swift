import Foundation
import Testing

@testable import Policy

@Suite("Policy surrogates")
struct PolicySurrogateTests {
    /// Some roundings of Double.
    static let tolerance = 1e-12

    private static let bounds = PolicyLoss(clipLow: 0.2, clipHigh: 0.5, dualClip: 3)

    private func value(
        _ surrogate: PolicySurrogate, _ logprob: Double, _ advantage: Double
    ) -> (loss: Double, slope: Double, isClipped: Bool) {
        surrogate.value(logprob: logprob, old: -1, advantage: advantage, bounds: Self.bounds)
    }

    @Test("CISPO weighs every token by its ratio, bounded above, and leaves none without a slope")
    func cispo() {
        for (ratio, weight) in [(0.1, 0.1), (1, 1), (1.4, 1.4), (2, 1.5)] {
            for advantage in [-2.0, 0.5] {
                let logprob = log(ratio) - 1, found = value(.cispo, logprob, advantage)
                #expect(abs(found.loss + weight * advantage * logprob) < Self.tolerance)
                #expect(abs(found.slope + weight * advantage) < Self.tolerance)
                #expect(found.isClipped == (ratio > 1.5))
            }
        }
    }

    @Test("Importance sampling bounds nothing")
    func importance() {
        for ratio in [0.01, 1, 40] {
            let found = value(.importanceSampling, log(ratio) - 1, 0.5)
            #expect(abs(found.loss + ratio / 2) < 1e-9 && found.loss == found.slope && !found.isClipped)
        }
    }

    @Test("DRO is the likelihood's with a square of the log-ratio")
    func dro() {
        let found = value(.dro(beta: 0.5), -0.6, 2)
        #expect(abs(found.loss - (1.2 + 0.25 * 0.16)) < Self.tolerance)
        #expect(abs(found.slope - (0.5 * 0.4 - 2)) < Self.tolerance)
    }

    @Test("The linear one is 0 where it is taken, with a slope of -A")
    func linear() {
        #expect(value(.linear, -1, 0.7).loss == 0 && value(.linear, -3, 0.7).slope == -0.7)
    }

    @Test(
        "Slopes are derivatives by central differences",
        arguments: [PolicySurrogate.clipped, .importanceSampling, .dro(beta: 0.3), .linear])
    func slopes(_ surrogate: PolicySurrogate) {
        for advantage in [-1.5, 0.8] {
            for logprob in stride(from: -3.0, to: 0, by: 0.113) {
                let up = value(surrogate, logprob + 1e-6, advantage), down = value(surrogate, logprob - 1e-6, advantage)
                guard up.isClipped == down.isClipped else { continue }
                #expect(abs((up.loss - down.loss) / 2e-6 - value(surrogate, logprob, advantage).slope) < 1e-7)
            }
        }
    }

    @Test("CISPO's slope is the derivative with the weight held")
    func heldWeight() {
        for logprob in stride(from: -3.0, to: 0, by: 0.113) {
            let found = value(.cispo, logprob, 0.8), weight = -found.slope / 0.8
            func held(_ logprob: Double) -> Double { -weight * 0.8 * logprob }
            #expect(abs((held(logprob + 1e-6) - held(logprob - 1e-6)) / 2e-6 - found.slope) < 1e-7)
            #expect(abs(held(logprob) - found.loss) < Self.tolerance)
        }
    }
}
