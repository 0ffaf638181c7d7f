/// A rollout tree with its texts and nodes, for files and for people to read. Its JSON names match the message
/// attnrl.v1.Tree.
public struct TreeRecord: Sendable, Codable, Equatable {
    /// The policy it was drawn from.
    public var policy: String
    /// The step of the training job that drew it, from 1.
    public var step: Int?
    public var promptIDs: [Int32]
    public var promptText: String
    public var rollouts: [Rollout]
    public var nodes: [Node]

    public init(
        policy: String, step: Int? = nil, promptIDs: [Int32], promptText: String, rollouts: [Rollout] = [],
        nodes: [Node] = []
    ) {
        self.policy = policy
        self.step = step
        self.promptIDs = promptIDs
        self.promptText = promptText
        self.rollouts = rollouts
        self.nodes = nodes
    }

    private enum CodingKeys: String, CodingKey {
        case policy, step, promptIDs = "prompt_ids", promptText = "prompt_text", rollouts, nodes
    }

    /// See `RolloutTree.Rollout`.
    public struct Rollout: Sendable, Codable, Equatable {
        public var index: Int
        public var fork: RolloutTree.Fork?
        public var ids: [Int32]
        /// The text of `ids`, without a stop text.
        public var text: String
        public var logprobs: [Float]
        public var entropies: [Float]
        public var version: Int
        public var complete: Bool
        public var reward: Double?
        public var verdict: String?
        public var steps: [RolloutTree.ScoredStep]

        public init(index: Int, fork: RolloutTree.Fork?, _ rollout: RolloutTree.Rollout, text: String) {
            self.index = index
            self.fork = fork
            self.text = text
            ids = rollout.tokens
            logprobs = rollout.logprobs
            entropies = rollout.entropies
            version = rollout.version
            complete = rollout.isComplete
            reward = rollout.reward
            verdict = rollout.verdict.isEmpty ? nil : rollout.verdict
            steps = rollout.steps
        }
    }

    /// See `TreeSegments.Node`.
    public struct Node: Sendable, Codable, Equatable {
        public var parent: Int?
        public var rollout: Int?
        /// Tokens start..<end of that rollout's whole response.
        public var start: Int
        public var end: Int
        public var leaves: Int
        /// Mean reward of the leaves; nil unless every rollout of the tree has one.
        public var value: Double?
        /// Empty for the prompt.
        public var text: String

        public init(
            parent: Int?, rollout: Int?, tokens: Range<Int>, leaves: Int, value: Double?, text: String
        ) {
            self.parent = parent
            self.rollout = rollout
            start = tokens.lowerBound
            end = tokens.upperBound
            self.leaves = leaves
            self.value = value
            self.text = text
        }
    }
}

extension TreeRecord {
    /// What is wrong with a record from outside, such as indices that do not exist; nil if it is valid.
    public var problem: String? {
        for (index, rollout) in rollouts.enumerated() {
            guard rollout.index == index else { return "rollout \(index) has the index \(rollout.index)" }
            if let fork = rollout.fork, !(0..<index ~= fork.rollout) || fork.offset < 0 {
                return "rollout \(index) continues rollout \(fork.rollout), which does not come before it"
            }
        }
        for (index, node) in nodes.enumerated() {
            if (node.parent == nil) != (index == 0) || node.parent.map({ !(0..<index ~= $0) }) == true {
                return "node \(index) continues none that comes before it"
            }
            if (node.rollout == nil) != (index == 0) || node.rollout.map({ !rollouts.indices.contains($0) }) == true {
                return "node \(index) belongs to no rollout"
            }
            if node.start < 0 || node.end < node.start {
                return "node \(index) has tokens \(node.start) to \(node.end)"
            }
        }
        return nodes.isEmpty ? "it has no nodes" : nil
    }

    /// The step of its rollout that a node begins with, if it begins at one: for a node at a fork, the branched step.
    public func step(at node: Node) -> RolloutTree.ScoredStep? {
        node.rollout.flatMap { rollouts[$0].steps.first { $0.start == node.start } }
    }
}
