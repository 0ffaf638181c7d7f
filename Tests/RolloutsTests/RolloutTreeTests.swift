import Influence
import Policy
import Sampling
import Testing
import Trees

@testable import Rollouts

@Suite("Rollout trees")
struct RolloutTreeTests {
    private typealias Rollout = RolloutTree.Rollout
    private typealias Fork = RolloutTree.Fork

    /// Two responses; the first is continued at 2 (twice) and at 4, and the continuation from 4 at 5, which lies behind
    /// where it begins.
    private static var grown: RolloutTree {
        var tree = RolloutTree(prompt: [1, 2])
        tree.add(Rollout(tokens: [10, 11, 12, 13, 14, 15]))
        tree.add(Rollout(tokens: [20, 21]))
        tree.add(Rollout(tokens: [30]), at: Fork(rollout: 0, offset: 2))
        tree.add(Rollout(tokens: [40, 41]), at: Fork(rollout: 0, offset: 2))
        tree.add(Rollout(tokens: [50, 51]), at: Fork(rollout: 0, offset: 4))
        tree.add(Rollout(tokens: [60]), at: Fork(rollout: 4, offset: 5))
        return tree
    }

    @Test("A response is what it keeps of others and its own tokens")
    func responses() {
        let tree = Self.grown
        #expect(tree.response(of: 0) == [10, 11, 12, 13, 14, 15])
        #expect(tree.response(of: 3) == [10, 11, 40, 41])
        #expect(tree.response(of: 5) == [10, 11, 12, 13, 50, 60])
        #expect(tree.length(of: 5) == 6)
        #expect(tree.start(of: 5) == 5)
    }

    @Test("Nodes are the stretches between forks, each with its leaves")
    func segments() {
        let segments = Self.grown.segments
        let nodes = segments.nodes.dropFirst().map { "\($0.parent!) \($0.rollout!) \($0.tokens) \($0.leafCount)" }
        #expect(
            nodes == [
                "0 0 0..<2 5", "1 0 2..<4 3", "2 0 4..<6 1", "0 1 0..<2 1", "1 2 2..<3 1", "1 3 2..<4 1", "2 4 4..<5 2",
                "7 4 5..<6 1", "7 5 5..<6 1",
            ])
        #expect(segments.nodes[0].leafCount == 6)
        #expect(segments.leaves == [3, 4, 5, 6, 8, 9])
    }

    @Test("The paths of the token tree are the prompt with each response")
    func tokens() {
        let tree = Self.grown, segments = tree.segments
        let tokens = tree.tokenTree(segments)
        #expect(tokens.nodes.count == segments.nodes.count)
        for (rollout, leaf) in segments.leaves.enumerated() {
            #expect(tokens.sequence(to: TokenTree.Index(leaf)) == tree.prompt + tree.response(of: rollout))
        }
        #expect(tokens.leaves.map(\.number) == segments.leaves.sorted())
    }

    @Test("A fork where the other rollout begins, or before, belongs to the rollout below")
    func movedForks() {
        var tree = RolloutTree(prompt: [1])
        tree.add(Rollout(tokens: [10, 11, 12]))
        tree.add(Rollout(tokens: [20, 21]), at: Fork(rollout: 0, offset: 1))
        let third = tree.add(Rollout(tokens: [30]), at: Fork(rollout: 1, offset: 1))
        let fourth = tree.add(Rollout(tokens: [40]), at: Fork(rollout: 1, offset: 0))
        #expect(tree.rollouts[third].fork == Fork(rollout: 0, offset: 1))
        #expect(tree.rollouts[fourth].fork == nil)
        #expect(tree.response(of: third) == [10, 30])
        // One node where three of them part.
        #expect(tree.segments.nodes.count == 6)
    }

    @Test("Rollouts that end at a fork, and repeat each other, have leaves of their own")
    func emptyLeaves() {
        var tree = RolloutTree(prompt: [1])
        tree.add(Rollout(tokens: [10, 11]))
        tree.add(Rollout(tokens: [12]), at: Fork(rollout: 0, offset: 2))
        tree.add(Rollout(tokens: []), at: Fork(rollout: 0, offset: 2))
        tree.add(Rollout(tokens: [10, 11]))
        let segments = tree.segments
        #expect(segments.leaves.count == 4)
        #expect(segments.leaves.map { segments.nodes[$0].tokens.count } == [0, 1, 0, 2])
        #expect(segments.values([1, 0, 0, 1]) == [0.5, 1.0 / 3, 1, 0, 0, 1])
    }

    @Test("From an offset on, what comes before counts as prompt")
    func branchInputFromOffset() {
        var tree = RolloutTree(prompt: [1, 2])
        tree.add(
            Rollout(tokens: [10, 11, 12, 13, 14, 15], logprobs: [0, 1, 2, 3, 4, 5], entropies: [5, 4, 3, 2, 1, 0]))
        tree.add(
            Rollout(tokens: [20, 21, 22, 23], logprobs: [6, 7, 8, 9], entropies: [6, 7, 8, 9]),
            at: Fork(rollout: 0, offset: 3))
        tree.update(1) {
            $0.steps = [(0, 0), (2, 1), (4, 2), (6, 3)].map { .init(start: $0, influence: $1) }
            $0.thinkingEnd = 3
        }
        // The step at 2 reaches over the fork at 3: the first of its own begins at 4.
        let own = tree.branchInput(of: 1, from: 3)
        #expect(own.segmentation.ranges == [0..<6, 6..<8, 8..<9])
        #expect(own.influence == [0, 2, 3])
        #expect(own.logprobs == [7, 8, 9])
        #expect(own.entropies == [7, 8, 9])
        #expect(own.segmentation.thinkingEnd == 2)
        let whole = tree.branchInput(of: 1)
        #expect(whole.segmentation.ranges == [0..<2, 2..<4, 4..<6, 6..<8, 8..<9])
        #expect(whole.logprobs == [0, 1, 2, 6, 7, 8, 9])
        #expect(whole.segmentation.thinkingEnd == 4)
        tree.update(1) { $0.thinkingEnd = 0 }
        #expect(tree.branchInput(of: 1, from: 3).segmentation.scoredSteps().isEmpty)
    }
}
