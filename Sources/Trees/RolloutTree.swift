/// A prompt, responses to it, and responses that branch off others: the one representation of a tree, from sampling to
/// the gradient, in a job's folder and in what a client receives.
///
/// It stores what was drawn: each rollout with its own tokens and its fork. Nodes, which hold the tokens that the same
/// rollouts share, are derived from that; see `segments`.
public struct RolloutTree: Sendable, Codable, Equatable {
    /// Where a rollout leaves another.
    public struct Fork: Sendable, Codable, Equatable, Hashable {
        /// The rollout it continues.
        public let rollout: Int
        /// The number of tokens it keeps of that rollout's response, counted from the response's start.
        public let offset: Int

        public init(rollout: Int, offset: Int) {
            self.rollout = rollout
            self.offset = offset
        }
    }

    /// One response, from where it leaves the one it continues.
    public struct Rollout: Sendable, Codable, Equatable {
        /// Set when it is added to a tree; nil for a response drawn from the prompt.
        public fileprivate(set) var fork: Fork?
        /// The tokens it drew, after what it keeps of others.
        public var tokens: [Int32]
        /// The logprob of each of its tokens under the weights that drew it, before temperature and truncation, in
        /// nats.
        public var logprobs: [Float]
        /// The entropy of the distribution before each of its tokens, in nats.
        public var entropies: [Float]
        /// The logprobs of the most probable and of the second most probable token in place of each of its tokens; nil unless
        /// the strategy reads them.
        public var leaders: Leaders?
        /// The version of the weights that drew it.
        public var version: Int
        /// Whether it ended by itself rather than at a limit.
        public var isComplete: Bool
        /// nil until it has been judged, or if nothing judges it.
        public var reward: Double?
        /// The judge's verdict by name, such as CORRECT; empty without one.
        public var verdict = ""
        /// The steps of its whole response, from the response's first on; empty until it has been cut into steps.
        public var steps: [ScoredStep] = []
        /// The index of the first step that holds `</think>`, if any.
        public var thinkingEnd: Int?

        public init(
            tokens: [Int32], logprobs: [Float] = [], entropies: [Float] = [], version: Int = 0,
            isComplete: Bool = true, reward: Double? = nil
        ) {
            self.tokens = tokens
            self.logprobs = logprobs
            self.entropies = entropies
            self.version = version
            self.isComplete = isComplete
            self.reward = reward
        }
    }

    /// For each token of a rollout, the two tokens that were the most probable in its place, in nats.
    public struct Leaders: Sendable, Codable, Equatable {
        public var first: [Float]
        public var second: [Float]

        public init(first: [Float], second: [Float]) { (self.first, self.second) = (first, second) }
    }

    /// A step of a response: where it begins and how strongly later steps attend to it.
    public struct ScoredStep: Sendable, Codable, Equatable {
        /// Offset of its first token in the response.
        public var start: Int
        /// y[k]; 0 if no attention was captured.
        public var influence: Float
        /// The score the strategy chooses by, if not the influence.
        public var score: Float?
        /// What decides between steps that the strategy would branch at, the greater first; nil leaves that to it.
        public var priority: Float?

        public init(start: Int, influence: Float) {
            self.start = start
            self.influence = influence
        }
    }

    public let prompt: [Int32]
    public private(set) var rollouts: [Rollout] = []

    public init(prompt: [Int32]) { self.prompt = prompt }

    /// Adds a rollout and returns its index.
    ///
    /// If the fork is not after the start of the named rollout's own tokens, it is moved to the rollout which that one
    /// continues, so that equal places have equal forks.
    ///
    /// - Parameter fork: Where it continues another; nil for a response to the prompt.
    /// - Precondition: The fork lies in a response that is in the tree.
    @discardableResult
    public mutating func add(_ rollout: Rollout, at fork: Fork? = nil) -> Int {
        if let fork {
            precondition(
                rollouts.indices.contains(fork.rollout) && 0...length(of: fork.rollout) ~= fork.offset,
                "RolloutTree: a rollout forks off \(fork), which is not in the tree")
        }
        var rollout = rollout
        rollout.fork = fork.flatMap(resolved)
        rollouts.append(rollout)
        return rollouts.count - 1
    }

    /// Changes a rollout's data.
    public mutating func update(_ index: Int, _ change: (inout Rollout) -> Void) { change(&rollouts[index]) }

    /// The offset in its response at which a rollout's own tokens begin.
    public func start(of index: Int) -> Int { rollouts[index].fork?.offset ?? 0 }

    /// The number of tokens in a rollout's whole response.
    public func length(of index: Int) -> Int { start(of: index) + rollouts[index].tokens.count }

    /// A rollout's whole response: what it keeps of others, and its own tokens.
    public func response(of index: Int) -> [Int32] { values(of: index, \.tokens) }

    /// One value for each token of a rollout's whole response.
    public func values<Value>(of index: Int, _ path: KeyPath<Rollout, [Value]>) -> [Value] {
        guard let fork = rollouts[index].fork else { return rollouts[index][keyPath: path] }
        return values(of: fork.rollout, path).prefix(fork.offset) + rollouts[index][keyPath: path]
    }

    private func resolved(_ fork: Fork) -> Fork? {
        var fork = fork
        while fork.offset <= start(of: fork.rollout) {
            guard let below = rollouts[fork.rollout].fork else { return fork.offset == 0 ? nil : fork }
            fork = Fork(rollout: below.rollout, offset: fork.offset)
        }
        return fork
    }
}
