import Foundation
import Rollouts

/// The trees a job keeps to look at: a file per step in its folder, a tree in JSON per line.
struct TreeArchive {
    private let folder: URL

    /// - Parameter folder: The job's.
    init(folder: URL) { self.folder = folder.appending(path: "trees", directoryHint: .isDirectory) }

    /// - Parameter step: From 1, as the job counts its steps.
    func write(_ trees: [RolloutTree], step: Int) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        var lines = Data()
        for tree in trees {
            lines += try encoder.encode(tree)
            lines.append(UInt8(ascii: "\n"))
        }
        try lines.write(to: folder.appendingPathComponent("step-\(step).jsonl"), options: .atomic)
    }
}
