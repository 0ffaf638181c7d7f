import Foundation
import Influence
import Jobs
import Preferences
import Rollouts
import TestSupport
import Testing
import Tokenizing
import Trees

@testable import Training

@Suite("The critic of branches")
struct BranchCriticTests {
    /// Branches whose worth is seen in the first of four numbers, or in its opposite.
    private static func branches(_ numbers: Range<Int>, sign: Double = 1) -> [BranchCritic.Branch] {
        numbers.map { number in
            let state = (0..<4).map { Float(sin(Double(4 * number + $0) * 12.9898)) }
            return .init(state: state, value: Double(state[0]) * sign > 0 ? 3 : 1, count: 1 + number % 2)
        }
    }

    private static func learnt(_ branches: [BranchCritic.Branch], most: Int = 1000) throws -> BranchCritic {
        var critic = BranchCritic()
        critic.add(branches, most: most)
        critic.take(try critic.refitted(ridge: 0.1))
        return critic
    }

    @Test("It foresees values between the least and the greatest that it knows, better than their mean does")
    func foresees() throws {
        var critic = try Self.learnt(Self.branches(0..<60))
        let new = Self.branches(60..<100)
        for branch in new {
            let value = try #require(critic.value(of: branch.state))
            #expect(1 < value && value < 3)
        }
        let examination = critic.examine(new), figures = try #require(examination).metrics
        #expect(figures["critic/cross_entropy"]! < 0.6 * figures["critic/cross_entropy_of_mean"]!)
        #expect(figures["critic/correlation"]! > 0.7 && !critic.isWorse)
    }

    @Test("By hand: cross-entropies of soft labels, each response counting once")
    func byHand() throws {
        // States that are all alike leave the constant: 3 hits in 4.
        var critic = BranchCritic()
        critic.add(
            [.init(state: [1], value: 6, count: 3), .init(state: [1], value: 2, count: 1)], most: 9)
        critic.take(try critic.refitted(ridge: 1e-9))
        #expect(abs(critic.value(of: [1])! - 5) < 1e-4)
        // 4 is half way, and what lies beyond counts as the end.
        let examination = critic.examine([
            .init(state: [1], value: 4, count: 1), .init(state: [1], value: 8, count: 3),
        ])
        let figures = try #require(examination)
        let half = -(log(0.75) + log(0.25)) / 2
        #expect(abs(figures.crossEntropyOfMean - (half - 3 * log(0.75))) < 1e-9)
        #expect(abs(figures.crossEntropy - figures.crossEntropyOfMean) < 1e-4 && figures.correlation == 0)
    }

    @Test("It knows nothing before branches differ, and the newest branches alone afterwards")
    func window() throws {
        var critic = BranchCritic()
        #expect(critic.value(of: [1, 2, 3, 4]) == nil && critic.examine(Self.branches(0..<3)) == nil)
        #expect(try critic.refitted(ridge: 1) == nil)
        critic.add((0..<3).map { .init(state: [Float($0)], value: 0.5, count: 1) }, most: 9)
        #expect(try critic.refitted(ridge: 1) == nil)
        let opposite = Self.branches(0..<40, sign: -1), new = Self.branches(40..<80)
        critic = try Self.learnt(opposite + new, most: 40)
        #expect(critic.branches == new)
        #expect(try critic == Self.learnt(new))
    }

    @Test("Numbers that cannot be used are known as such: branches before it takes them, and what they come to")
    func notFinite() throws {
        #expect(BranchCritic.Branch(state: [1, 2], value: 3, count: 1).isFinite)
        #expect(!BranchCritic.Branch(state: [1, .nan], value: 3, count: 1).isFinite)
        #expect(!BranchCritic.Branch(state: [1, 2], value: .infinity, count: 1).isFinite)
        // As far apart as states can be, weights are still finite.
        var critic = BranchCritic()
        critic.add(
            [Float.greatestFiniteMagnitude, -.greatestFiniteMagnitude, 0].enumerated().map {
                .init(state: [$1, 1], value: Double($0), count: 1)
            }, most: 9)
        #expect(try critic.refitted(ridge: 1e-9)?.logistic.isFinite == true)
    }

    @Test("One that is worse than the mean is told of with the remedy, until it is better again")
    func worse() throws {
        var critic = try Self.learnt(Self.branches(0..<60))
        for step in 0..<BranchCritic.examinedSteps {
            _ = critic.examine(Self.branches(60 + 20 * step..<80 + 20 * step, sign: -1))
            #expect(critic.isWorse)
        }
        let remark = critic.remark("The policy waits.")
        #expect(remark.hasPrefix("The critic is of no use: on the last 5 steps' trees"))
        #expect(remark.contains("The policy waits.") && remark.contains("critic.ridge"))
        for step in 0..<BranchCritic.examinedSteps {
            _ = critic.examine(Self.branches(200 + 20 * step..<220 + 20 * step))
        }
        #expect(!critic.isWorse && critic.examinations.count == BranchCritic.examinedSteps)
    }

    @Test("What is saved is read again bit for bit, and what is damaged is refused")
    func saved() throws {
        var critic = try Self.learnt(Self.branches(0..<60))
        _ = critic.examine(Self.branches(60..<80))
        let data = try JSONEncoder().encode(critic)
        #expect(try JSONDecoder().decode(BranchCritic.self, from: data) == critic)
        #expect(
            try JSONDecoder().decode(BranchCritic.self, from: try JSONEncoder().encode(BranchCritic()))
                == BranchCritic())
        var fields = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        fields["counts"] = [1]
        let torn = try JSONSerialization.data(withJSONObject: fields)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(BranchCritic.self, from: torn) }
    }

    // MARK: Trees

    @Test("A tree is cut behind the first step of every branch, and what goes on behind it has to be foreseen")
    func stepped() throws {
        var tree = RolloutTree(prompt: [1, 2])
        func rollout(_ tokens: [Int32], from start: Int = 0, steps: [Int], reward: Double) -> RolloutTree.Rollout {
            var rollout = RolloutTree.Rollout(tokens: tokens, reward: reward)
            rollout.steps = steps.map { .init(start: $0, influence: 0) }
            return rollout
        }
        tree.add(rollout([10, 11, 12, 13, 14, 15], steps: [0, 1, 3, 5], reward: 1))
        tree.add(rollout([20, 21], steps: [0], reward: 0))
        tree.add(rollout([30, 31, 32], steps: [0, 3, 4], reward: 0.5), at: .init(rollout: 0, offset: 3))
        let texts = try Tokenizer(directory: Fixtures.url("qwen2")).texts
        let stepped = SteppedTree(tree, texts: texts, separator: nil), nodes = stepped.segments.nodes
        #expect(
            nodes.map { "\($0.rollout ?? -1) \($0.tokens) \($0.leafCount)" } == [
                "-1 0..<0 3", "0 0..<1 2", "0 1..<3 2", "0 3..<5 1", "0 5..<6 1", "1 0..<2 1", "2 3..<4 1", "2 4..<6 1",
            ])
        // Response 1 ends with its only step: its reward is known.
        #expect(stepped.open.map { "\(nodes[$0].rollout!) \(nodes[$0].tokens)" } == ["0 0..<1", "0 3..<5", "2 3..<4"])
        #expect(stepped.open.map { stepped.values[$0] } == [0.75, 1, 0.5])
        #expect(
            stepped.given == [
                GivenTokens(prompt: [1, 2], response: [10]),
                GivenTokens(prompt: [1, 2, 10, 11, 12], response: [13, 14]),
                GivenTokens(prompt: [1, 2, 10, 11, 12], response: [30]),
            ])
    }

    @Test("Responses that nobody has cut into steps are cut as others are")
    func cut() throws {
        let tokenizer = try Tokenizer(directory: Fixtures.url("qwen2"))
        func steps(_ text: String) -> [Range<Int>] {
            var tree = RolloutTree(prompt: [1])
            for end in ["", "x"] { tree.add(.init(tokens: tokenizer.encode(text + end), reward: 0)) }
            let stepped = SteppedTree(tree, texts: tokenizer.texts, separator: .line)
            return stepped.open.map { stepped.segments.nodes[$0].tokens }
        }
        let line = tokenizer.encode("ab\n").count
        #expect(steps("ab\ncd") == [0..<line, 0..<line] && steps("abcd").isEmpty)
    }
}
