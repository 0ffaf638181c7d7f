import Foundation
import Jobs

/// The pairs of a job that fits a reward, in files that its checkpoints share: each checkpoint has one with the pairs since
/// the one before, and those of the ones before once more, as links. So a pair is written once, however many checkpoints
/// there are.
///
/// A program that goes on from a checkpoint writes all that it has read into one file.
struct PairFiles {
    /// Where the files are made, in the job's folder; links keep them.
    private let folder: URL
    private var files: [URL] = []
    private var written = 0

    init(besides jobFolder: URL) { folder = jobFolder.appendingPathComponent("pairs", isDirectory: true) }

    private static func name(_ index: Int) -> String { "pairs-\(index).bin" }

    /// Writes all pairs into a checkpoint.
    ///
    /// - Parameter pairs: Those that were given before, and new ones behind them.
    mutating func write(_ pairs: [ComparedPair], into checkpoint: URL) throws {
        let manager = FileManager.default
        if files.isEmpty, manager.fileExists(atPath: folder.path) { try manager.removeItem(at: folder) }
        if written < pairs.count {
            try manager.createDirectory(at: folder, withIntermediateDirectories: true)
            let file = folder.appendingPathComponent(Self.name(files.count))
            try Durably.write(Array(pairs[written...]).data, whole: file)
            files.append(file)
            written = pairs.count
        }
        for file in files {
            let target = checkpoint.appendingPathComponent(file.lastPathComponent)
            do {
                try manager.linkItem(at: file, to: target)
            } catch {
                // A file system without links.
                try manager.copyItem(at: file, to: target)
            }
        }
    }

    /// Removes the files from the job's folder, once a checkpoint has them that is the last, unless it has to be made again.
    mutating func remove() {
        try? FileManager.default.removeItem(at: folder)
        (files, written) = ([], 0)
    }

    /// The pairs of a checkpoint.
    static func read(from checkpoint: URL, width: Int) throws(JobError) -> [ComparedPair] {
        var pairs: [ComparedPair] = []
        for index in 0... {
            let file = checkpoint.appendingPathComponent(name(index))
            guard FileManager.default.fileExists(atPath: file.path) else { break }
            guard let data = try? Data(contentsOf: file), let read = [ComparedPair](data, width: width) else {
                throw .damagedCheckpoint(
                    path: checkpoint.path, reason: "\(file.lastPathComponent) is not what this program writes.")
            }
            pairs += read
        }
        return pairs
    }
}
