import Foundation
import Jobs

/// A folder of this rank's alone, for as long as this lives. What is left by a process that was killed is removed by the next
/// one on its machine that needs such a folder.
final class RankPlace {
    let url: URL
    private let lock: FolderLock

    private static let prefix = "attnrl-rank-"

    init() throws {
        Self.sweepOnce
        url = Self.path
        try Durably.makePrivateFolders(url)
        lock = try FolderLock(directory: url)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Where there is nothing, and nobody else writes.
    static var path: URL {
        FileManager.default.temporaryDirectory.appendingPathComponent(prefix + UUID().uuidString)
    }

    private static let sweepOnce: Void = sweep(FileManager.default.temporaryDirectory)

    /// Removes folders that no process has locked, but for those that are about to be.
    static func sweep(_ directory: URL, before limit: Date = Date(timeIntervalSinceNow: -60)) {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: directory.path)) ?? [] where name.hasPrefix(prefix) {
            let url = directory.appendingPathComponent(name)
            let changed = try? files.attributesOfItem(atPath: url.path)[.modificationDate] as? Date
            guard let changed, changed < limit, let lock = try? FolderLock(directory: url) else { continue }
            try? files.removeItem(at: url)
            withExtendedLifetime(lock) {}
        }
    }
}
