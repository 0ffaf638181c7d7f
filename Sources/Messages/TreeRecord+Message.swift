import Basics
import Rewards
package import Trees
package import Wire

// A tree's record and its message have the same content. Messages are split into pieces of bounded size, which the
// reader reassembles.

extension V1.Tree {
    /// A tree as messages small enough to send; see the message's own description.
    package static func pieces(of record: TreeRecord) -> [V1.Tree] {
        var first = V1.Tree()
        first.policy = record.policy
        first.step = record.step.map(Int64.init)
        first.promptIds = record.promptIDs
        first.promptText = record.promptText
        var pieces = [first], bytes = record.promptText.utf8.count + 5 * record.promptIDs.count
        func makeRoom(_ more: Int) {
            if bytes > 0, bytes + more > PieceSize.limit {
                pieces.append(V1.Tree())
                bytes = 0
            }
            bytes += more
        }
        for rollout in record.rollouts {
            makeRoom(rollout.wireBytes)
            pieces[pieces.count - 1].rollouts.append(V1.TreeRollout(rollout))
        }
        for node in record.nodes {
            makeRoom(node.wireBytes)
            pieces[pieces.count - 1].nodes.append(V1.TreeNode(node))
        }
        return pieces
    }

    /// Adds the rollouts and nodes of another piece.
    package mutating func append(_ piece: V1.Tree) {
        rollouts += piece.rollouts
        nodes += piece.nodes
    }
}

extension V1.TreeNodes {
    package static func pieces(of nodes: [TreeRecord.Node]) -> [V1.TreeNodes] {
        ranges(ofSizes: nodes.map(\.wireBytes), upTo: PieceSize.limit).map { range in
            var piece = V1.TreeNodes()
            piece.nodes = nodes[range].map { V1.TreeNode($0) }
            return piece
        }
    }
}

extension TreeRecord.Rollout {
    /// The size on the wire in bytes, or slightly more.
    fileprivate var wireBytes: Int {
        text.utf8.count + 5 * ids.count + 4 * (logprobs.count + entropies.count) + 12 * steps.count + 96
    }
}

extension TreeRecord.Node {
    fileprivate var wireBytes: Int { text.utf8.count + 64 }
}

extension V1.TreeRollout {
    package init(_ rollout: TreeRecord.Rollout) {
        self.init()
        index = Int32(clamping: rollout.index)
        fork = rollout.fork.map { fork in
            var message = V1.TreeFork()
            message.rollout = Int32(clamping: fork.rollout)
            message.offset = Int32(clamping: fork.offset)
            return message
        }
        ids = rollout.ids
        text = rollout.text
        logprobs = rollout.logprobs
        entropies = rollout.entropies
        version = Int64(rollout.version)
        complete = rollout.complete
        reward = rollout.reward
        verdict = rollout.verdict.flatMap(Verdict.init(rawValue:)).map { V1.RewardVerdict($0) } ?? .unspecified
        steps = rollout.steps.map { step in
            var message = V1.TreeStep()
            message.start = Int32(clamping: step.start)
            message.influence = step.influence
            return message
        }
    }
}

extension V1.TreeNode {
    init(_ node: TreeRecord.Node) {
        self.init()
        parent = node.parent.map { Int32(clamping: $0) }
        rollout = node.rollout.map { Int32(clamping: $0) }
        start = Int32(clamping: node.start)
        end = Int32(clamping: node.end)
        leaves = Int32(clamping: node.leaves)
        value = node.value
        text = node.text
    }
}

extension TreeRecord {
    /// Reads a complete message.
    package init(_ tree: V1.Tree) {
        self.init(
            policy: tree.policy, step: tree.step.map(Int.init), promptIDs: tree.promptIds, promptText: tree.promptText,
            rollouts: tree.rollouts.map(Rollout.init), nodes: tree.nodes.map(Node.init))
    }
}

extension TreeRecord.Rollout {
    fileprivate init(_ message: V1.TreeRollout) {
        var rollout = RolloutTree.Rollout(
            tokens: message.ids, logprobs: message.logprobs, entropies: message.entropies,
            version: Int(message.version), isComplete: message.complete, reward: message.reward)
        if message.verdict != .unspecified { rollout.verdict = Verdict(message.verdict).rawValue }
        rollout.steps = message.steps.map { RolloutTree.ScoredStep(start: Int($0.start), influence: $0.influence) }
        self.init(
            index: Int(message.index),
            fork: message.fork.map { RolloutTree.Fork(rollout: Int($0.rollout), offset: Int($0.offset)) }, rollout,
            text: message.text)
    }
}

extension TreeRecord.Node {
    fileprivate init(_ message: V1.TreeNode) {
        self.init(
            parent: message.parent.map(Int.init), rollout: message.rollout.map(Int.init),
            tokens: Int(message.start)..<max(Int(message.end), Int(message.start)), leaves: Int(message.leaves),
            value: message.value, text: message.text)
    }
}
