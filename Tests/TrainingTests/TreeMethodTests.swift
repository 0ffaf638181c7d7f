import Foundation
import Influence
import Policy
import Rollouts
import Sampling
import TestSupport
import Testing
import Trees

@testable import Jobs
@testable import Training

@Suite("Tree advantages")
struct TreeAdvantageTests {
    private struct Reference: Decodable {
        struct Continuation: Decodable {
            let split: Int, length: Int, first_token: Int32, reward: Double
        }
        struct Rollout: Decodable {
            let length: Int, first_token: Int32, reward: Double
            let continuations: [Continuation]
        }
        struct Segment: Decodable {
            let first_token: Int32, length: Int, value: Double, advantage: Double
        }
        struct Case: Decodable {
            let rollouts: [Rollout], root_value: Double, paths: [[Segment]]
        }
        let cases: [Case]
    }

    private static func tokens(_ first: Int32, _ count: Int) -> [Int32] { (0..<Int32(count)).map { first + $0 } }

    @Test("Values and advantages are those of the reference, on every path")
    func reference() throws {
        let url = Fixtures.url("attnrl/advantages.json")
        let reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
        #expect(reference.cases.count == 12)
        for example in reference.cases {
            var tree = RolloutTree(prompt: [0])
            for rollout in example.rollouts {
                let index = tree.add(
                    .init(tokens: Self.tokens(rollout.first_token, rollout.length), reward: rollout.reward))
                for next in rollout.continuations {
                    tree.add(
                        .init(tokens: Self.tokens(next.first_token, next.length), reward: next.reward),
                        at: .init(rollout: index, offset: next.split))
                }
            }
            let segments = tree.segments, rewards = tree.rollouts.map { $0.reward! }
            let values = segments.values(rewards), advantages = treeAdvantages(segments, rewards: rewards)
            #expect(abs(values[0] - example.root_value) < 1e-9)
            func key(_ path: [(token: Int32, length: Int, value: Double, advantage: Double)]) -> [String] {
                // Nine digits behind the point, which is what the reference is held to.
                path.map { String(format: "%d %d %.9f %.9f", $0.token, $0.length, $0.value, $0.advantage + 0.0) }
            }
            let nodes = tree.tokenTree(segments)
            let found = segments.leaves.map { leaf in
                key(
                    nodes.path(to: TokenTree.Index(leaf)).dropFirst().map(\.number).map { node in
                        let range = segments.nodes[node].tokens
                        let token = tree.own(\.tokens, range, of: segments.nodes[node].rollout!).first!
                        return (token, range.count, values[node], advantages[node])
                    })
            }
            let expected = example.paths.map { path in
                key(path.map { ($0.first_token, $0.length, $0.value, $0.advantage) })
            }
            #expect(Set(found) == Set(expected))
            #expect(found.count == expected.count)
        }
    }

    @Test("One right rollout with a right and a wrong branch, and a wrong rollout, worked by hand")
    func byHand() {
        var tree = RolloutTree(prompt: [0])
        tree.add(.init(tokens: [1, 2]))
        tree.add(.init(tokens: [3]))
        tree.add(.init(tokens: [4]), at: .init(rollout: 0, offset: 1))
        tree.add(.init(tokens: [5]), at: .init(rollout: 0, offset: 1))
        let advantages = treeAdvantages(tree.segments, rewards: [1, 0, 1, 0])
        // Prefix: V 2/3 of three leaves; root 1/2.
        let expected = [0, (1.0 / 6 + 1.0 / 6) / 3.0.squareRoot(), 0.5 + 1.0 / 3, -1, 0.5 + 1.0 / 3, -0.5 - 2.0 / 3]
        for (advantage, expected) in pairs(advantages, expected) { #expect(abs(advantage - expected) < 1e-12) }
    }

    @Test("Rewards that are all alike give no advantage")
    func alike() {
        var tree = RolloutTree(prompt: [0])
        tree.add(.init(tokens: [1, 2]))
        tree.add(.init(tokens: [3]), at: .init(rollout: 0, offset: 1))
        #expect(treeAdvantages(tree.segments, rewards: [0.1, 0.1]).allSatisfy { $0 == 0 })
    }
}

@Suite("Adaptive sampling")
struct AdaptiveSamplingTests {
    @Test("exp(-z) of six, rounded as the paper and up as its code")
    func counts() {
        let paper = DifficultyExpansion(rule: .round, most: 6), code = DifficultyExpansion(rule: .ceil, most: 6)
        let all = DifficultyExpansion(rule: .all, most: 4)
        #expect((0...6).map { paper.count(correct: $0, of: 6) } == [6, 5, 4, 4, 3, 3, 2])
        #expect((0...6).map { code.count(correct: $0, of: 6) } == [6, 6, 5, 4, 4, 3, 3])
        #expect((0...6).map { all.count(correct: $0, of: 6) } == Array(repeating: 4, count: 7))
        // Never more than there are: some may have gone unjudged.
        #expect(paper.count(correct: 0, of: 3) == 3)
    }

    @Test("The rarer kind is branched first, the rest drawn from the other")
    func choice() {
        let expansion = DifficultyExpansion(rule: .round, most: 6)
        // One right of six: 5 branched, the right one among them.
        let rare = expansion.chosen([false, false, true, false, false, false]) { $0 - 1 }
        #expect(rare == [1, 2, 3, 4, 5])
        // Five right: 3 branched, the wrong one and two drawn from the front.
        #expect(expansion.chosen([true, true, true, true, false, true]) { _ in 0 } == [0, 1, 4])
        #expect(expansion.chosen(Array(repeating: true, count: 6)) { _ in 0 } == [0, 1])
        #expect(expansion.chosen(Array(repeating: false, count: 6)) { _ in 0 } == [0, 1, 2, 3, 4, 5])
        // Half and half: the wrong ones first.
        #expect(expansion.chosen([true, false, true, false, true, false]) { _ in 0 } == [0, 1, 3, 5])
        #expect(expansion.chosen([false]) { _ in 0 } == [0])
    }

    @Test("Solved prompts pass above the running mean, their own step's included")
    func filter() {
        var filter = AttentionFilter()
        #expect(filter.passes([0.2, 0.1, 0.3], rule: .attentionMean) == [false, false, true])
        #expect(abs(filter.mean - 0.2) < 1e-12)
        #expect(filter.passes([], rule: .attentionMean).isEmpty)
        // Alone and equal to the mean: not above it.
        #expect(filter.passes([0.2], rule: .attentionMean) == [false])
        #expect(filter.passes([0.9, 0.9], rule: .drop) == [false, false])
        #expect(filter.passes([0.1], rule: .keep) == [true])
        #expect(filter.count == 7)
    }

    @Test("Influence is averaged over steps, then over responses")
    func influence() {
        #expect(abs(meanInfluence([[0, 0.5, 0.1, 0], [0.3]]) - (0.15 + 0.3) / 2) < 1e-7)
        #expect(meanInfluence([[], [1]]) == 0.5)
        #expect(meanInfluence([]) == 0)
    }

    @Test("The batch grows where rows are missing, shrinks where there are too many, within its bounds")
    func batch() {
        let batch = AdaptiveBatch(smoothing: 0.9, targetRows: 1920, limit: 256)
        #expect(batch.next(prompts: 64, validRows: 1920) == 64)
        #expect(batch.next(prompts: 64, validRows: 960) == 70)
        #expect(batch.next(prompts: 64, validRows: 3840) == 61)
        #expect(batch.next(prompts: 250, validRows: 480) == 256)
        #expect(batch.next(prompts: 64, validRows: 0) == 256)
        #expect(batch.next(prompts: 1, validRows: 1_000_000) == 1)
        #expect(AdaptiveBatch(smoothing: 1, targetRows: 10, limit: 9).next(prompts: 5, validRows: 0) == 5)
    }
}

@Suite("Branch plans")
struct BranchPlanTests {
    private func tree(steps: [(start: Int, influence: Float)], length: Int) -> RolloutTree {
        var tree = RolloutTree(prompt: [1, 2, 3])
        tree.add(
            .init(
                tokens: Array(repeating: 7, count: length), logprobs: Array(repeating: -1, count: length),
                entropies: Array(repeating: 1, count: length)))
        tree.update(0) { $0.steps = steps.map { .init(start: $0.start, influence: $0.influence) } }
        return tree
    }

    private var branching: BranchingSpecification { BranchingSpecification() }

    /// The points of the first rollout.
    private func chosen(_ tree: RolloutTree, _ branching: BranchingSpecification) throws -> BranchPlan {
        var specification = JobSpecification(kind: .attnrl)
        specification.branching = branching
        return try TreeGrower(specification, layers: 2).plan(tree, of: [0]) { _ in 0 }
    }

    @Test("The two earliest of the steps that reach the quantile and lie apart")
    func attention() throws {
        // Ten steps of ten tokens; quantile 0.8 of the scores is 0.32.
        let scores: [Float] = [0, 0.1, 0.4, 0.2, 0.5, 0.3, 0, 0, 0, 0]
        let tree = tree(steps: scores.enumerated().map { ($0.offset * 10, $0.element) }, length: 100)
        var branching = branching
        branching.minGapTokens = 20
        let plan = try chosen(tree, branching)
        #expect(plan.points.map(\.fork.offset) == [20, 40])
        #expect(plan.points.map(\.share) == [0.2, 0.4])
        #expect(plan.points.allSatisfy { !$0.isFallback })
        branching.minGapTokens = 30
        let spaced = try chosen(tree, branching)
        // 20 is too near to the start; the earliest step left takes the second place.
        #expect(spaced.points.map(\.fork.offset) == [10, 40])
        #expect(spaced.points.map(\.isFallback) == [true, false])
    }

    @Test("A response of one or two steps, or without score, is not branched by attention without saying so")
    func short() throws {
        #expect(try chosen(tree(steps: [(0, 0)], length: 5), branching).points.isEmpty)
        #expect(
            try chosen(tree(steps: [(0, 0), (2, 0)], length: 5), branching).points.isEmpty
        )
        let plan = try chosen(tree(steps: [(0, 0), (2, 0), (4, 0)], length: 6), branching)
        #expect(plan.points.map(\.fork.offset) == [2, 4])
        #expect(plan.points.allSatisfy { $0.isFallback })
    }

    @Test("Steps from the end of thinking on are left alone, and equal scores go to the earlier step")
    func thinking() throws {
        var tree = tree(steps: (0..<8).map { ($0 * 5, 0.5) }, length: 40)
        tree.update(0) { $0.thinkingEnd = 3 }
        var branching = branching
        branching.minGapTokens = 0
        #expect(try chosen(tree, branching).points.map(\.fork.offset) == [5, 10])
        branching.strategy = .tokenEntropy
        #expect(try chosen(tree, branching).points.map(\.fork.offset) == [5, 10])
        branching.points = 5
        #expect(try chosen(tree, branching).points.count == 2)
        branching.includeAfterThinking = true
        #expect(try chosen(tree, branching).points.count == 5)
    }
}
