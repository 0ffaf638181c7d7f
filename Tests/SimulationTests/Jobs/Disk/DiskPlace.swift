import Foundation

/// Folders for simulated disks: in memory where there is a file system for that.
enum DiskPlace {
    private static let memory = "/dev/shm"

    /// A new, empty folder. Its path is as long as any other's: paths are written into the store.
    static func make() throws -> String {
        let isThere = FileManager.default.isWritableFile(atPath: memory)
        let place = isThere ? memory : FileManager.default.temporaryDirectory.path
        let path = place + "/attnrl-simulation-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        return path
    }

    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}
