import Rewards
import Rollouts
import Trees

/// A prompt of a step with the tree grown from it so far.
struct PromptTree: Sendable {
    let item: RecordStream.Item
    var tree: RolloutTree
    /// The step in which its first rollouts were drawn.
    let drawnInStep: Int
    /// First rollouts, which come before all others.
    let firstCount: Int
    /// Responses that nobody judged, which are not in the tree.
    var unjudged = 0

    /// Whether each first rollout is right.
    var isCorrect: [Bool] { tree.rollouts.prefix(firstCount).map { $0.verdict == Verdict.correct.rawValue } }
    var isSolved: Bool { firstCount > 0 && isCorrect.allSatisfy { $0 } }

    /// Mean influence over the steps of first rollouts; see `AttentionFilter`.
    var influence: Double { meanInfluence(tree.rollouts.prefix(firstCount).map { $0.steps.map(\.influence) }) }

    /// Whether rewards differ, so that there is something to learn.
    var teaches: Bool { Set(tree.rollouts.compactMap(\.reward)).count > 1 }

    /// What outlives a restart. The record is read from the data again.
    struct Saved: Codable {
        let position: Int
        let tree: RolloutTree
        let drawnInStep: Int
        let firstCount: Int
        /// nil in checkpoints from before it was counted.
        var unjudged: Int?
    }

    var saved: Saved {
        Saved(
            position: item.position, tree: tree, drawnInStep: drawnInStep, firstCount: firstCount,
            unjudged: unjudged)
    }
}
