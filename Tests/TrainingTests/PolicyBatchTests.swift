import Policy
import Rollouts
import Testing
import Trees

@testable import Training

@Suite("A step's trees, laid out")
struct PolicyBatchTests {
    /// A response of four tokens and a continuation of its first two: three nodes behind the prompt.
    private static func tree(_ first: Int32) -> PolicyTree {
        var tree = RolloutTree(prompt: [1, 2])
        tree.add(.init(tokens: (0..<4).map { first + $0 }, logprobs: (0..<4).map { -Float($0 + first) }))
        tree.add(.init(tokens: [first + 9], logprobs: [-Float(first + 9)]), at: .init(rollout: 0, offset: 2))
        return PolicyTree(
            tree, tree.segments, TreeCredit(advantages: [0, 0.5, 1, -1], rows: .responses), rewards: [0, 1]
        ) { $0 == 1 }
    }

    private let batch = PolicyBatch([tree(10), tree(20)])

    @Test("Learnt tokens are numbered through all trees, and prompts have none")
    func numbers() {
        #expect(
            batch.trees.map { $0.learnt.map { $0?.number } } == [
                [nil, nil, 0, 1, 2, 3, 4], [nil, nil, 5, 6, 7, 8, 9],
            ])
        #expect(batch.learnt.map { $0.map(\.number) } == [Array(0..<5), Array(5..<10)])
        #expect(batch.old.values == [-10, -11, -12, -13, -19, -20, -21, -22, -23, -29])
        #expect(batch.weights.values == [2, 2, 1, 1, 1, 2, 2, 1, 1, 1])
        #expect(batch.isFresh[LearntToken(4)] && !batch.isFresh[LearntToken(3)])
    }

    @Test("The loss of a pass has for each row what belongs to the token it is, and nothing where it is none")
    func rows() throws {
        var batch = batch
        batch.reference = PerToken((0..<10).map { Float($0) / 8 })
        // The second tree alone, as a microbatch.
        let rows = batch.trees[1].learnt
        let loss = batch.loss(PolicyLoss(), scale: 0.5, rows: rows)
        #expect(loss.scale == [0, 0, 1, 1, 0.5, 0.5, 0.5])
        guard case .policy(_, let targets) = loss.rule else { throw Unexpected() }
        #expect(targets.old == [0, 0, -20, -21, -22, -23, -29])
        #expect(targets.advantages == [0, 0, 0.5, 0.5, 1, 1, -1])
        #expect(targets.reference == [0, 0, 0.625, 0.75, 0.875, 1, 1.125])
        batch.reference = nil
        guard case .policy(_, let without) = batch.loss(PolicyLoss(), scale: 1, rows: rows).rule else {
            throw Unexpected()
        }
        #expect(without.reference.isEmpty)
    }

    @Test("Minibatches are trees side by side, with their tokens and the sum of their weights")
    func minibatches() {
        let parts = batch.minibatches(2)
        #expect(parts.map(\.trees) == [0..<1, 1..<2])
        #expect(parts.map { $0.learnt.map(\.number) } == [Array(0..<5), Array(5..<10)])
        #expect(parts.map(\.divisor) == [7, 7])
        #expect(batch.minibatches(8).count == 2)
    }

    @Test("By responses a token counts by the length of each one it is in, by a constant length all count alike")
    func aggregations() {
        // Responses of four and of three tokens, which share two.
        let responses = PolicyBatch([Self.tree(10)], .responseMean)
        let shared: Float = 1 / 4 + 1 / 3
        for (weight, expected) in zip(responses.weights.values, [shared, shared, 0.25, 0.25, 1 / 3] as [Float]) {
            #expect(abs(weight - expected) < 1e-7)
        }
        #expect(abs(responses.minibatches(1)[0].divisor - 2) < 1e-6)
        let constant = PolicyBatch([Self.tree(10), Self.tree(20)], .constantLength(16))
        #expect(constant.weights == batch.weights)
        #expect(constant.minibatches(2).map(\.divisor) == [32, 32])
    }

    @Test("Where each token counts once, continuations that are not learnt are not computed either")
    func drawn() {
        var tree = RolloutTree(prompt: [1, 2])
        tree.add(.init(tokens: [3, 4, 5], logprobs: [-1, -2, -3]))
        tree.add(.init(tokens: [6, 7], logprobs: [-4, -5]), at: .init(rollout: 0, offset: 1))
        let batch = PolicyBatch([
            PolicyTree(
                tree, tree.segments, TreeCredit(advantages: [nil, 0.5, -0.5, nil], rows: .drawn), rewards: [0, 1]
            ) { _ in true }
        ])
        #expect(batch.trees[0].tokenCount == 5)
        #expect(batch.weights.values == [1, 1, 1] && batch.old.values == [-1, -2, -3])
        #expect(batch.rows[0].map { $0.tokens.map { $0.map(\.number) } } == [[[0], [1, 2]]])
        #expect(batch.learntNodes[0].map(\.value) == [0.5, 0])
    }

    private struct Unexpected: Error {}
}
