import TestSupport
import Testing

@testable import Jobs
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

    @Test("Left out itself, a response is compared with the mean of the others")
    func leaveOneOut() {
        for (advantage, expected) in pairs(leaveOneOutAdvantages([2, 0, 1, 1]), [4.0 / 3, -4.0 / 3, 0, 0]) {
            #expect(abs(advantage - expected) < Self.tolerance)
        }
        let rewards = [0.25, 3, -1, 0.5, 2]
        for (index, advantage) in leaveOneOutAdvantages(rewards).enumerated() {
            let others = rewards.indices.filter { $0 != index }.map { rewards[$0] }
            #expect(abs(advantage - (rewards[index] - others.reduce(0, +) / 4)) < Self.tolerance)
        }
    }

    @Test("A job's settings say which comparison it is, and only the group's mean is ever divided")
    func comparisons() {
        var loss = LossSpecification()
        #expect(GroupComparison(loss)([1, 0, 0, 0]) == groupAdvantages([1, 0, 0, 0], dividesByDeviation: true))
        loss.advantageNormalisation = .none
        #expect(GroupComparison(loss)([1, 0, 0, 0]) == [0.75, -0.25, -0.25, -0.25])
        loss.advantageNormalisation = .std
        loss.advantage = .drGRPO
        #expect(GroupComparison(loss)([1, 0, 0, 0]) == [0.75, -0.25, -0.25, -0.25])
        loss.advantage = .leaveOneOut
        #expect(GroupComparison(loss)([1, 0, 0, 0]) == leaveOneOutAdvantages([1, 0, 0, 0]))
    }

    @Test("A group whose rewards are all alike teaches nothing", arguments: [[], [0.3], [1, 1, 1], [0.1, 0.1, 0.1]])
    func alike(_ rewards: [Double]) {
        for divides in [false, true] {
            #expect(groupAdvantages(rewards, dividesByDeviation: divides) == rewards.map { _ in 0 })
        }
        #expect(leaveOneOutAdvantages(rewards) == rewards.map { _ in 0 })
    }
}
