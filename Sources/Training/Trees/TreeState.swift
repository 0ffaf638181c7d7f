import Foundation
import Jobs
import Trees

/// Where a tree job stands, beside what all jobs keep.
struct TreeState: Codable {
    /// Prompts whose first rollouts are drawn and that no step has learnt from yet.
    var pending: [PromptTree.Saved] = []
    var filter = AttentionFilter()
    /// Prompts the last step took, and its rows with an advantage; nil before the first.
    var last: Taken?

    struct Taken: Codable {
        var prompts: Int
        var validRows: Int
    }

    static let file = StateFile<Self>("trees.json")
}
