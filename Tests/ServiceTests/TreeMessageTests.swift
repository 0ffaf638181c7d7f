import Messages
import Rollouts
import Sampling
import Testing
import Trees
import Wire

@testable import Service

@Suite("Tree messages")
struct TreeMessageTests {
    /// A tree of some rollouts that each continue the one before, of many tokens.
    static func record(rollouts: Int, tokens: Int) -> TreeRecord {
        var record = TreeRecord(policy: "mini", step: 7, promptIDs: [1, 2], promptText: "1+1")
        record.nodes = [.init(parent: nil, rollout: nil, tokens: 0..<0, leaves: rollouts, value: 0.5, text: "")]
        for index in 0..<rollouts {
            let offset = index * tokens
            var rollout = RolloutTree.Rollout(
                tokens: Array(repeating: 300, count: tokens), logprobs: Array(repeating: -0.5, count: tokens),
                entropies: Array(repeating: 0.25, count: tokens), version: 3, isComplete: index.isMultiple(of: 2),
                reward: Double(index))
            rollout.verdict = ["CORRECT", "NO_ANSWER", ""][index % 3]
            rollout.steps = [.init(start: 0, influence: 0), .init(start: 2, influence: 0.125)]
            let fork = index == 0 ? nil : RolloutTree.Fork(rollout: index - 1, offset: offset)
            record.rollouts.append(
                .init(index: index, fork: fork, rollout, text: String(repeating: "x", count: tokens)))
            record.nodes.append(
                .init(
                    parent: index, rollout: index, tokens: offset..<offset + tokens, leaves: 1, value: 0.25, text: "x"))
        }
        return record
    }

    @Test("A message holds what a record does")
    func both() throws {
        let record = Self.record(rollouts: 3, tokens: 2)
        let pieces = V1.Tree.pieces(of: record)
        #expect(pieces.count == 1)
        #expect(TreeRecord(pieces[0]) == record)
        #expect(pieces[0].rollouts.map(\.verdict) == [.correct, .noAnswer, .unspecified])
        #expect(TreeRecord(try V1.Tree(serializedBytes: pieces[0].serializedBytes())) == record)
    }

    @Test("A large tree comes in pieces of bounded size, that put together are the tree")
    func pieces() throws {
        let record = Self.record(rollouts: 40, tokens: 2000)
        let pieces = V1.Tree.pieces(of: record)
        #expect(pieces.count > 3)
        #expect(pieces.allSatisfy { $0.serializedBytes().count <= RunBatcher.limit })
        #expect(pieces.dropFirst().allSatisfy { $0.policy.isEmpty && $0.step == nil && $0.promptIds.isEmpty })
        var whole = pieces[0]
        for piece in pieces.dropFirst() { whole.append(piece) }
        #expect(TreeRecord(whole) == record)
    }

    @Test("Nodes come in pieces, in order")
    func nodes() {
        let node = TreeRecord.Node(
            parent: 0, rollout: 0, tokens: 0..<9, leaves: 1, value: nil, text: String(repeating: "y", count: 9000))
        let pieces = V1.TreeNodes.pieces(of: Array(repeating: node, count: 100))
        #expect(pieces.count == 4)
        #expect(pieces.reduce(0) { $0 + $1.nodes.count } == 100)
        #expect(pieces.allSatisfy { $0.serializedBytes().count <= RunBatcher.limit })
        #expect(V1.TreeNodes.pieces(of: []).isEmpty)
    }
}
