import Basics
import Foundation
import Testing

@testable import Training

@Suite("Which prompts are drawn, and how often each is answered")
struct PromptMethodTests {
    /// Hand-worked numbers are exact up to the last places of a double.
    private static let tolerance = 1e-9

    @Test("The posterior is what simulation finds: of probabilities drawn evenly, those that give the same answers")
    func posterior() {
        var random = SplitMix(state: 7)
        func uniform() -> Double { Double(random.next() >> 11) * 0x1p-53 }
        for (right, wrong) in [(0, 0), (4, 0), (1, 3), (2, 2)] {
            var kept: [Double] = []
            for _ in 0..<200_000 {
                let p = uniform()
                let count = (0..<right + wrong).count { _ in uniform() < p }
                if count == right { kept.append(p) }
            }
            let mean = kept.reduce(0, +) / Double(kept.count)
            let variance = kept.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(kept.count)
            let posterior = PromptPosterior(right: Double(right), wrong: Double(wrong))
            // At least 40,000 are kept: a standard error of at most 0.0015.
            #expect(abs(posterior.mean(prior: 1) - mean) < 0.006)
            #expect(abs(posterior.deviation(prior: 1) - variance.squareRoot()) < 0.006)
        }
    }

    @Test("Without a prior the mean is the share of right answers, earlier ones fade, and nothing known is one half")
    func counts() {
        var posterior = PromptPosterior()
        #expect(posterior.mean(prior: 0) == 0.5)
        posterior.add(right: 3, wrong: 1, decay: 0.5)
        #expect(posterior.mean(prior: 0) == 0.75)
        posterior.add(right: 0, wrong: 2, decay: 0.5)
        // 1.5 right and 2.5 wrong ones.
        #expect(posterior.mean(prior: 0) == 0.375)
        #expect(abs(posterior.mean(prior: 1) - 2.5 / 6) < Self.tolerance)
        // Beta(2.5, 3.5): 2.5 * 3.5 / (36 * 7).
        #expect(abs(posterior.deviation(prior: 1) - (8.75 / 252).squareRoot()) < Self.tolerance)
    }

    @Test("Prompts are drawn by the softmax of their rewards' deviation")
    func probabilities() {
        // Deviations 0, 0.5, 0.4, 0; with tau 0.25 weights 1, e^2, e^1.6, 1.
        let found = promptProbabilities([0, 0.5, 0.2, 1], tau: 0.25)
        let weights = [1, 7.38905609893065, 4.953032424395115, 1], sum = 14.342088523325765
        for (found, weight) in zip(found, weights) { #expect(abs(found - weight / sum) < Self.tolerance) }
        #expect(promptProbabilities([], tau: 1).isEmpty)
        // So small a tau that the exponential alone would be infinite.
        #expect(promptProbabilities([0, 0.5], tau: 1e-4) == [0, 1])
    }

    @Test("A uniform number falls on elements in proportion to their probabilities")
    func draws() {
        let probabilities = [0.25, 0, 0.5, 0.25]
        let found = [0, 0.2499, 0.25, 0.7499, 0.75, 0.999].map { drawnIndex(from: probabilities, by: $0) }
        #expect(found == [0, 0, 2, 2, 3, 3])
        #expect(drawnIndex(from: [1, 0], by: 1.0.nextDown) == 0)
    }

    @Test(
        "Hand-worked allocations",
        arguments: [
            // 24 * (1, 2, 3) / 6.
            (24, [1, 2, 3], 1...24, [4, 8, 12]),
            // The last is held to 10, and the others share 14 as 1 to 2: 4.67 and 9.33.
            (24, [1, 2, 3], 1...10, [5, 9, 10]),
            // The first is raised to 4: 20 as 2 to 8.
            (24, [0.1, 2, 8], 4...16, [4, 4, 16]),
            // Equal fractions: the first ones are rounded up.
            (8, [1, 1, 1], 2...4, [3, 3, 2]),
            // Nothing known or nothing to learn anywhere: all alike.
            (12, [0, 0, 0], 2...8, [4, 4, 4]),
            // What the only one cannot take goes to the others in equal shares.
            (24, [0.5, 0, 0], 4...12, [12, 6, 6]),
        ] as [(Int, [Double], ClosedRange<Int>, [Int])])
    func allocations(budget: Int, deviations: [Double], bounds: ClosedRange<Int>, expected: [Int]) {
        #expect(allocatedRollouts(budget: budget, deviations: deviations, bounds: bounds) == expected)
    }

    @Test(
        "An allocation adds up to the budget, keeps to the bounds, and gives no prompt less than one of less deviation")
    func allocationsHold() {
        var random = SplitMix(state: 11)
        func integer(_ range: ClosedRange<Int>) -> Int { range.lowerBound + Int(random.next() % UInt64(range.count)) }
        for _ in 0..<2000 {
            let count = integer(1...40), least = integer(1...6), most = integer(least...least + 20)
            let budget = integer(count * least...count * most)
            let deviations = (0..<count).map { _ in Double(integer(0...8)) / 16 * (integer(0...3) == 0 ? 1e-9 : 1) }
            let found = allocatedRollouts(budget: budget, deviations: deviations, bounds: least...most)
            #expect(found.reduce(0, +) == budget)
            #expect(found.allSatisfy { (least...most).contains($0) })
            for (a, b) in zip(deviations.indices, deviations.indices.dropFirst()) {
                if deviations[a] < deviations[b] { #expect(found[a] <= found[b] + 1) }
                if deviations[a] > deviations[b] { #expect(found[a] + 1 >= found[b]) }
            }
        }
    }

    @Test("The variance of a gradient estimate by hand, and from sums as from pairs")
    func gradientVariance() {
        let unit = GradientVariance(right: 1, wrong: 1)
        #expect(abs(unit.value(0.3) - 0.21) < Self.tolerance)
        // 0.2 * 0.64 * 2 + 0.04 * 0.8 * 5 - 0.04 * 0.64 * 3
        #expect(abs(GradientVariance(right: 2, wrong: 5, distance: 3).value(0.2) - 0.3392) < Self.tolerance)
        #expect(GradientVariance(right: 1, wrong: 1, distance: 100).value(0.5) == 0)
        #expect(abs(GradientVariance(right: nil, wrong: 4).value(0.5) - 1) < Self.tolerance)
        #expect(GradientVariance().value(0.5) == 0.25)
        var sums = GradientVariance.Sums()
        for (gradient, isRight) in [([3, 4], true), ([1, 0], true), ([0, 2], false)] as [([Float], Bool)] {
            sums.add(gradient, isRight: isRight)
        }
        // Means (2, 2) and (0, 2).
        #expect(sums.variance == GradientVariance(right: 13, wrong: 4, distance: 4))
    }

    @Test("The abler the policy, the fewer responses, the hotter")
    func abilities() {
        let rule = AbilityAllocation(bounds: 2...10, temperatures: 0.8...1.2)
        #expect([0, 0.25, 0.5, 1].map { rule.count(ability: $0) } == [10, 8, 6, 2])
        #expect(abs(rule.temperature(ability: 0.25)! - 0.9) < Self.tolerance)
        #expect(AbilityAllocation(bounds: 2...10, temperatures: nil).temperature(ability: 1) == nil)
        var mean = RunningMean()
        #expect(mean.value == nil)
        mean.add(0.5, smoothing: 0.9)
        #expect(mean.value == 0.5)
        mean.add(1, smoothing: 0.9)
        #expect(abs(mean.value! - 0.55) < Self.tolerance)
    }

    @Test("The surest responses are dropped")
    func drops() {
        // Probabilities 1/2 and 1/4: (e^0.5 / 2 + e^0.25 / 4) / 2.
        let logprobs: [Float] = [Float(log(0.5)), Float(log(0.25))]
        let expected = 1 + (1.6487212707001282 / 2 + 1.2840254166877414 / 4) / 2
        // The logarithms are those of floats.
        #expect(abs(confidenceScore(logprobs) - expected) < 1e-7)
        #expect(confidenceScore([0, 0] as [Float]) == 1 + exp(1))
        #expect(confidenceScore([] as [Float]) == 1)
        #expect(droppedResponses([1, 3, 2, 3, 0], share: 0.3) == [3])
        #expect(droppedResponses([1, 3, 2, 3, 0], share: 0.6) == [1, 2, 3])
        #expect(droppedResponses([1, 2], share: 0.3).isEmpty)
    }

    @Test("Rewards are measured by the last of them, first in, first out")
    func window() {
        var window = RewardWindow()
        window.add([5, 1, 0], capacity: 4)
        window.add([1, 2], capacity: 4)
        #expect(window.rewards == [1, 0, 1, 2])
        #expect(window.mean == 1)
        // Squares 0, 1, 0, 1 over 3.
        let deviation = (2.0 / 3).squareRoot()
        #expect(abs(window.deviation - deviation) < Self.tolerance)
        for (found, expected) in zip(window.advantages([2, 1, 0]), [1.0, 0, -1]) {
            #expect(abs(found - expected / (deviation + 1e-6)) < Self.tolerance)
        }
        var alike = RewardWindow()
        alike.add([0.1, 0.1, 0.1], capacity: 10)
        #expect(alike.advantages([0.1, 0.1]) == [0, 0])
    }
}
