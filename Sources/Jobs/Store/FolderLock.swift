internal import Foundation

/// Keeps a folder to one process: two servers on one store would run every job twice.
final class FolderLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `JobError.folderInUse`, or `JobError.file` when the folder cannot be written.
    init(directory: URL) throws(JobError) {
        let path = directory.appendingPathComponent("lock").path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .file(
                path: path, reason: "It cannot be opened: \(String(cString: strerror(errno))). Check permissions.")
        }
        // The kernel lets go of it when the process ends, however it does.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .folderInUse(path: directory.path)
        }
    }

    deinit { close(descriptor) }
}
