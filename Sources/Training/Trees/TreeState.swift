import Foundation
import Jobs

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

    private static let file = "trees.json"

    init() {}

    /// Reads what `save` wrote.
    init(from directory: URL) throws {
        let file = directory.appendingPathComponent(Self.file)
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
        } catch {
            throw JobError.damagedCheckpoint(path: file.path, reason: "it cannot be read: \(error)")
        }
    }

    func save(into directory: URL) throws {
        try JSONEncoder().encode(self).write(to: directory.appendingPathComponent(Self.file))
    }
}
