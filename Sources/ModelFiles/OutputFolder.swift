internal import Foundation

/// A folder that appears under its name only once complete: written under a temporary name, synchronised, then renamed.
enum OutputFolder {
    /// Creates a folder, which must not exist yet or must be empty; parent folders are created.
    ///
    /// - Parameter write: Writes its files.
    /// - Throws: `PolicyError` naming the path and the remedy, and whatever `write` throws. Nothing is left behind.
    static func create(_ folder: URL, _ write: (_ partial: URL) throws -> Void) throws {
        let target = folder.standardizedFileURL
        try checkIsFree(target)
        let parent = target.deletingLastPathComponent()
        let partial = parent.appendingPathComponent(".\(target.lastPathComponent).\(UUID().uuidString).partial")
        do {
            try FileManager.default.createDirectory(at: partial, withIntermediateDirectories: true)
        } catch {
            throw PolicyError(
                .unwritable, "\(parent.path) cannot take a new folder. Check the path and its permissions.",
                cause: error)
        }
        do {
            try write(partial)
            try synchronise(partial)
            guard rename(partial.path, target.path) == 0 else { throw OutputFile.failure(target.path, errno) }
            try synchronise(parent)
        } catch {
            try? FileManager.default.removeItem(at: partial)
            throw error
        }
    }

    private static func checkIsFree(_ folder: URL) throws {
        guard FileManager.default.fileExists(atPath: folder.path) else { return }
        guard let entries = try? FileManager.default.contentsOfDirectory(atPath: folder.path), entries.isEmpty else {
            throw PolicyError(
                .alreadyExists, "\(folder.path) exists already. Choose another name, or remove it first.")
        }
    }

    /// Makes a folder's entries durable.
    private static func synchronise(_ folder: URL) throws {
        let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw OutputFile.failure(folder.path, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw OutputFile.failure(folder.path, errno) }
    }
}
