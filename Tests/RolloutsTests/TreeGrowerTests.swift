import Influence
import Testing
import Trees

@testable import Rollouts

@Suite("What trees grow by")
struct TreeGrowerTests {
    private typealias Fork = RolloutTree.Fork

    /// A response of eight tokens, each a step, and one that leaves it at 3 and has two of its own.
    private static var tree: RolloutTree {
        var tree = RolloutTree(prompt: [1, 2])
        tree.add(.init(tokens: Array(10..<18)))
        tree.add(.init(tokens: [20, 21]), at: Fork(rollout: 0, offset: 3))
        for index in tree.rollouts.indices {
            tree.update(index) { rollout in
                rollout.steps = (0..<(index == 0 ? 8 : 5)).map { .init(start: $0, influence: 0) }
            }
        }
        return tree
    }

    private static func grower(
        _ strategy: BranchStrategy, points: Int = 2, capturesAlways: Bool = false
    ) -> TreeGrower {
        var branching = BranchOptions()
        (branching.strategy, branching.count) = (strategy, points)
        branching.includesAfterThinking = true
        return TreeGrower(branching: branching, influenceGap: 6, capturesAlways: capturesAlways)
    }

    @Test("A request keeps what comes before its fork, and captures attention where branch points are chosen by it")
    func requests() {
        let tree = Self.tree
        let grower = Self.grower(.attention)
        let first = grower.request(for: tree, count: 4, seed: 7, isBranched: true)
        #expect(first.prompt == [1, 2] && first.kept.isEmpty && first.count == 4 && first.seed == 7)
        #expect(first.strategy == .attention)
        #expect(first.capture?.gap == 6 && first.capture?.includesAfterThinking == true)
        let fork = Fork(rollout: 1, offset: 4)
        let last = grower.request(for: tree, at: fork, count: 1, seed: 1, isBranched: false)
        #expect(last.kept == [10, 11, 12, 20])
        #expect(last.capture == nil && last.strategy == nil)
        let random = Self.grower(.random).request(for: tree, count: 1, seed: 1, isBranched: true)
        #expect(random.capture == nil && random.strategy == .random)
        let filtered = Self.grower(.random, capturesAlways: true)
        #expect(filtered.request(for: tree, count: 1, seed: 1, isBranched: true).capture != nil)
    }

    @Test("Rollouts are branched inside their own tokens, and a shortage is said once for all that it holds for")
    func plan() throws {
        let plan = try Self.grower(.firstSteps).plan(Self.tree, of: [0, 1, 1]) { _ in 0 }
        #expect(plan.points.map(\.fork) == [Fork(rollout: 0, offset: 1), Fork(rollout: 0, offset: 2)])
        #expect(plan.points.map(\.share) == [0.125, 0.25])
        #expect(plan.rolloutCount == 3)
        #expect(plan.notes == ["Rollouts 1, 1: The response has two steps; branching needs at least three."])
        #expect(BranchPlan().notes.isEmpty)
    }

    @Test("Each rollout has a seed of its own for the strategy that draws its points")
    func seeds() throws {
        let grower = Self.grower(.random, points: 1)
        func offsets(_ seed: UInt64) throws -> [Int] {
            try grower.plan(Self.tree, of: [0, 0]) { _ in seed }.points.map(\.fork.offset)
        }
        let all = try (0..<32).map(offsets)
        #expect(all.allSatisfy { $0[0] == $0[1] })
        #expect(Set(all).count > 1)
    }
}
