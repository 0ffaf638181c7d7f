import Rewards
import Rollouts
import Trees

/// One of a step's prompts, with the tree grown from it so far.
struct PromptTree: Sendable {
    let item: RecordStream.Item
    private(set) var tree: RolloutTree
    /// The step in which its first rollouts were drawn.
    let drawnInStep: Int
    /// The number of first rollouts, which come before all others.
    private(set) var firstCount = 0
    /// The number of responses without a verdict, which are not in the tree.
    private(set) var unjudged = 0

    /// Creates one whose first rollouts are still to be drawn.
    init(item: RecordStream.Item, drawnInStep: Int) {
        self.item = item
        self.drawnInStep = drawnInStep
        tree = RolloutTree(prompt: item.prompt)
    }

    /// Adds a response.
    ///
    /// - Parameters:
    ///   - grade: nil if it was not judged; it is then left out.
    ///   - fork: Where it continues another; nil for a first rollout.
    ///   - bonus: Added to the reward of a right response.
    mutating func add(
        _ rollout: RolloutTree.Rollout, _ grade: Grade?, at fork: RolloutTree.Fork?, bonus: Double = 0
    ) {
        guard let grade else {
            unjudged += 1
            return
        }
        var rollout = rollout
        rollout.reward = grade.score + (grade.verdict == .correct ? bonus : 0)
        rollout.verdict = grade.verdict.rawValue
        tree.add(rollout, at: fork)
        if fork == nil { firstCount += 1 }
    }

    /// Adds a response that came with a reward, where it leaves the one that it has most in common with. Its logprobs are
    /// still to be computed.
    mutating func addGiven(_ tokens: [Int32], reward: Double) {
        let common = tree.rollouts.indices.map { index in
            zip(tree.response(of: index), tokens).prefix { $0 == $1 }.count
        }
        let nearest = common.indices.max { common[$0] < common[$1] }, kept = nearest.map { common[$0] } ?? 0
        var rollout = RolloutTree.Rollout(tokens: Array(tokens[kept...]), reward: reward)
        rollout.logprobs = Array(repeating: 0, count: rollout.tokens.count)
        tree.add(rollout, at: kept > 0 ? nearest.map { .init(rollout: $0, offset: kept) } : nil)
    }

    /// Sets the logprobs of all responses, in order of the tree's segments.
    mutating func score(_ logprobs: [Float]) {
        var rest = logprobs[...]
        for index in tree.rollouts.indices { tree.update(index) { $0.logprobs = [] } }
        for node in tree.segments.nodes {
            guard let rollout = node.rollout else { continue }
            tree.update(rollout) { $0.logprobs += rest.prefix(node.tokens.count) }
            rest = rest.dropFirst(node.tokens.count)
        }
    }

    /// Whether each first rollout is right.
    var isCorrect: [Bool] { tree.rollouts.prefix(firstCount).map { $0.verdict == Verdict.correct.rawValue } }
    var isSolved: Bool { firstCount > 0 && isCorrect.allSatisfy { $0 } }

    /// Whether any of the responses that begin at a place is right; nil if none does, or none was judged.
    func isRecovered(at fork: RolloutTree.Fork) -> Bool? {
        let responses = tree.rollouts.filter { $0.fork == fork }
        return responses.isEmpty ? nil : responses.contains { $0.verdict == Verdict.correct.rawValue }
    }

    /// Mean influence over the steps of first rollouts; see `AttentionFilter`.
    var influence: Double { meanInfluence(tree.rollouts.prefix(firstCount).map { $0.steps.map(\.influence) }) }

    /// Whether rewards differ, so that there is something to learn.
    var teaches: Bool { Set(tree.rollouts.compactMap(\.reward)).count > 1 }

    /// The part that survives a restart. The record is read from the data again.
    struct Saved: Codable {
        let position: Int
        /// nil without a hint, and in checkpoints from before there were any.
        var hintLevel: Int?
        let tree: RolloutTree
        let drawnInStep: Int
        let firstCount: Int
        /// nil in checkpoints from before it was counted.
        var unjudged: Int?
    }

    var saved: Saved {
        Saved(
            position: item.position, hintLevel: item.hint?.level, tree: tree, drawnInStep: drawnInStep,
            firstCount: firstCount,
            unjudged: unjudged)
    }

    init(_ saved: Saved, item: RecordStream.Item) {
        self.item = item
        (tree, drawnInStep, firstCount) = (saved.tree, saved.drawnInStep, saved.firstCount)
        unjudged = saved.unjudged ?? 0
    }
}

extension PromptOutcome {
    /// Of a tree's first rollouts: branches are not drawn from the prompt itself.
    init(_ tree: PromptTree) {
        self.init(tree.item, right: tree.isCorrect.count { $0 }, judged: tree.firstCount)
    }
}
