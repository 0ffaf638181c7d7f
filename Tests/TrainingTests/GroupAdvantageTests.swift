import TestSupport
import Testing

@testable import Training

@Suite("Advantages within a group")
struct GroupAdvantageTests {
    /// Some roundings of Double.
    static let tolerance = 1e-12

    @Test("Rewards are centred and divided by the standard deviation over G - 1")
    func divided() {
        // mean 1/4, variance 1/4, so deviation 1/2; verl adds 1e-6 to it.
        let advantages = groupAdvantages([1, 0, 0, 0], dividesByDeviation: true)
        for (advantage, expected) in pairs(advantages, [0.75, -0.25, -0.25, -0.25]) {
            #expect(abs(advantage - expected / 0.500001) < Self.tolerance)
        }
    }

    @Test("Without the division they are differences from the mean")
    func centred() {
        #expect(groupAdvantages([2, 0, 1, 1], dividesByDeviation: false) == [1, -1, 0, 0])
    }

    @Test("A group whose rewards are all alike teaches nothing", arguments: [[], [0.3], [1, 1, 1], [0.1, 0.1, 0.1]])
    func alike(_ rewards: [Double]) {
        for divides in [false, true] {
            #expect(groupAdvantages(rewards, dividesByDeviation: divides) == rewards.map { _ in 0 })
        }
    }
}
