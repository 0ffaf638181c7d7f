import Foundation
import Jobs
import Trees

/// The progress of a tree job, on top of what all jobs keep.
struct TreeState: Codable {
    /// Prompts whose first rollouts are drawn but not yet used by any step.
    var pending: [PromptTree.Saved] = []
    var filter = AttentionFilter()
    /// The number of prompts the last step took, and of its rows with an advantage; nil before the first.
    var last: Taken?
    /// What the strategy `pivot` has seen; nil before it has drawn, and for other strategies.
    var pivots: PivotMemory?
    /// What predicts hidden states, if their novelty counts.
    var novelty: LatentNovelty?

    struct Taken: Codable {
        var prompts: Int
        var validRows: Int
    }

    static let file = StateFile<Self>("trees.json")
}
