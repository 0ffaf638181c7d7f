import Compute
import Foundation
import TestSupport
import Testing
import Trees

@testable import Jobs
@testable import Training

@Suite("Advantages of trees")
struct TreeCreditTests {
    /// Some roundings of Double.
    static let tolerance = 1e-12

    /// A rollout of six tokens with two continuations each behind its second and fourth, and another rollout.
    private static let tree: RolloutTree = {
        var tree = RolloutTree(prompt: [0])
        tree.add(.init(tokens: [1, 2, 3, 4, 5, 6]))
        tree.add(.init(tokens: [7, 8]))
        for offset in [2, 4] {
            for token: Int32 in [20, 30] {
                tree.add(.init(tokens: [token + Int32(offset)]), at: .init(rollout: 0, offset: offset))
            }
        }
        return tree
    }()
    private static let rewards = [1, 0, 1, 0, 0, 0.5]

    private func expect(_ found: [Double?], _ expected: [Double?]) {
        for (found, expected) in pairs(found, expected) {
            #expect((found == nil) == (expected == nil))
            #expect(abs((found ?? 0) - (expected ?? 0)) < Self.tolerance)
        }
    }

    @Test("The nodes of the tree are the stretches between branch points")
    func nodes() {
        let segments = Self.tree.segments
        #expect(segments.nodes.map(\.parent) == [nil, 0, 1, 2, 0, 1, 1, 2, 2])
        #expect(segments.leaves == [3, 4, 5, 6, 7, 8])
        #expect(
            TreeRows.responses.nodes(segments) == [[1, 2, 3], [4], [1, 5], [1, 6], [1, 2, 7], [1, 2, 8]])
        #expect(TreeRows.drawn.nodes(segments) == [[1, 2, 3], [4], [5], [6], [7], [8]])
    }

    @Test("Over the parent: values are 5/12 at the prompt and 1/2 at both stretches that are branched")
    func parent() {
        expect(
            parentAdvantages(Self.tree.segments, rewards: Self.rewards),
            [0, 1.0 / 12, 0, 0.5, -5.0 / 12, 0.5, -0.5, -0.5, 0])
    }

    @Test("Over the parent, advantages along a response add up to its reward less the tree's mean")
    func telescopes() {
        for seed in 0..<20 {
            let (tree, rewards) = Self.random(UInt64(seed)), segments = tree.segments
            let advantages = parentAdvantages(segments, rewards: rewards)
            let mean = rewards.reduce(0, +) / Double(rewards.count)
            for (row, reward) in zip(TreeRows.responses.nodes(segments), rewards) {
                #expect(abs(row.reduce(0) { $0 + advantages[$1] } - (reward - mean)) < 1e-9)
            }
        }
    }

    @Test("Over all groups around a response, and the mean of the responses for what they share")
    func subgroups() {
        expect(
            subgroupAdvantages(Self.tree.segments, rewards: Self.rewards),
            [0, 1.0 / 30, 1.0 / 36, 19.0 / 36, -5.0 / 12, 13.0 / 24, -11.0 / 24, -17.0 / 36, 1.0 / 36])
    }

    @Test("Groups are the different sets of responses that share something, on random trees")
    func subgroupReference() {
        for seed in 0..<20 {
            let (tree, rewards) = Self.random(UInt64(seed)), segments = tree.segments
            let paths = TreeRows.responses.nodes(segments)
            let found = subgroupAdvantages(segments, rewards: rewards)
            let expected = paths.indices.map { index in
                let below = ([0] + paths[index].dropLast()).map { node in
                    node == 0 ? Set(paths.indices) : Set(paths.indices.filter { paths[$0].contains(node) })
                }
                let groups = Set(below).filter { $0.count > 1 }
                let sum = groups.reduce(0) { sum, group in
                    sum + rewards[index] - group.reduce(0) { $0 + rewards[$1] } / Double(group.count)
                }
                return groups.isEmpty ? 0 : sum / Double(groups.count)
            }
            for (leaf, expected) in zip(segments.leaves, expected) { #expect(abs(found[leaf] - expected) < 1e-9) }
            for node in segments.nodes.indices.dropFirst() {
                let within = paths.indices.filter { paths[$0].contains(node) }
                let mean = within.reduce(0) { $0 + expected[$1] } / Double(within.count)
                #expect(abs(found[node] - mean) < 1e-9)
            }
        }
    }

    @Test("The deviation is over all rollouts of a step, and divides its advantages")
    func deviation() {
        #expect(abs(globalDeviation([[1, -1], [3, 1]]) - 2.0.squareRoot()) < 1e-7)
        #expect(globalDeviation([]) == 1e-8)
        let segments = Self.tree.segments
        var other = RolloutTree(prompt: [0])
        for token: Int32 in [1, 2] { other.add(.init(tokens: [token])) }
        let credits = AdvantageRule.subgroupMean.credits([
            (Self.tree, segments, Self.rewards), (other, other.segments, [1, 0]),
        ])
        let plain = subgroupAdvantages(segments, rewards: Self.rewards)
        let deviation = globalDeviation([segments.leaves.map { plain[$0] }, [0.5, -0.5]])
        expect(credits[0].advantages, plain.map { $0 / deviation })
        expect(credits[1].advantages, [0, 0.5 / deviation, -0.5 / deviation])
    }

    @Test("From value to value of continuations drawn afresh, which are not learnt themselves")
    func vine() {
        // 1/2 and 1/4 at the branch points; at the prompt, what the other first rollout got.
        expect(
            vineAdvantages(Self.tree, Self.tree.segments, rewards: Self.rewards),
            [nil, 0.5, -0.25, 0.75, -1, nil, nil, nil, nil])
        var lone = RolloutTree(prompt: [0])
        lone.add(.init(tokens: [1, 2]))
        expect(vineAdvantages(lone, lone.segments, rewards: [1]), [nil, nil])
        lone.add(.init(tokens: [3]), at: .init(rollout: 0, offset: 1))
        expect(vineAdvantages(lone, lone.segments, rewards: [1, 0]), [nil, nil, 1, nil])
    }

    @Test("Over the others of a place, less where the place is a gain")
    func scaled() {
        let scale = exp(0.25)
        expect(
            scaledPlaceAdvantages(Self.tree, Self.tree.segments, rewards: Self.rewards),
            [0, 0.5, 0.5, 0.5, -0.5, 0.5, -0.5, -0.25 * scale, 0.25 * scale])
        // A continuation of a continuation is compared at its own place, scaled by that of the one it continues.
        var tree = Self.tree
        tree.add(.init(tokens: [9]), at: .init(rollout: 3, offset: 3))
        tree.add(.init(tokens: [10]), at: .init(rollout: 3, offset: 3))
        let found = scaledPlaceAdvantages(tree, tree.segments, rewards: Self.rewards + [1, 0.5])
        let last = tree.segments.leaves.suffix(2).map { found[$0] }
        expect(last, [0.25 / exp(0.75 - 0.5), -0.25 / exp(0.75 - 0.5)])
    }

    @Test("A gain beyond the range of rewards from 0 to 1 scales as the bound does, so that no advantage overflows")
    func farApart() {
        // Scores as a reward service may give them: what begins at the prompt is worth 1000, what branches off 0 or 2000.
        func found(_ branches: [Double]) -> [Double] {
            var tree = RolloutTree(prompt: [0]), rewards = [1000.0, 1000]
            for _ in 0..<2 { tree.add(.init(tokens: [1, 2])) }
            for reward in branches {
                tree.add(.init(tokens: [3]), at: .init(rollout: 0, offset: 1))
                rewards.append(reward)
            }
            let segments = tree.segments, advantages = scaledPlaceAdvantages(tree, segments, rewards: rewards)
            return segments.leaves.suffix(branches.count).map { advantages[$0] }
        }
        expect(found([0, 2]), [-1 * exp(1), exp(1)])
        expect(found([2999, 3001]), [-1 / exp(1), 1 / exp(1)])
    }

    @Test("Rewards that are all alike give no advantage by any rule")
    func alike() {
        for rule in AdvantageRule.allCases where rule.comparesTrees {
            let credit = rule.credits([(Self.tree, Self.tree.segments, Self.rewards.map { _ in 0.5 })])[0]
            #expect(credit.advantages.allSatisfy { ($0 ?? 0) == 0 })
        }
    }

    /// A tree of some rollouts that branch anywhere, also off one another.
    private static func random(_ seed: UInt64) -> (tree: RolloutTree, rewards: [Double]) {
        let random = CounterRandom(seed: seed, stream: 0)
        var number: UInt64 = 0
        func draw(_ bound: Int) -> Int {
            number += 1
            return Int(random.words(at: number)[0] % UInt32(bound))
        }
        var tree = RolloutTree(prompt: [0])
        for _ in 0..<(2 + draw(8)) {
            let tokens = (0..<(1 + draw(6))).map { _ in Int32(draw(50)) }
            let from = tree.rollouts.isEmpty || draw(3) == 0 ? nil : draw(tree.rollouts.count)
            tree.add(.init(tokens: tokens), at: from.map { .init(rollout: $0, offset: draw(tree.length(of: $0) + 1)) })
        }
        return (tree, tree.rollouts.map { _ in Double(draw(5)) / 4 })
    }
}
