package import Foundation

/// Reserves a folder for one process: two servers on one store would run every job twice.
///
/// The folder itself is locked, not a file in it, which could be removed in the meantime.
package final class FolderLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `JobError.folderInUse`, or `JobError.file` if the folder cannot be opened or locked.
    package init(directory: URL) throws(JobError) {
        descriptor = open(directory.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("opened", directory) }
        // The kernel releases it when the process ends, however that happens.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            // Thrown by a complete instance, whose `deinit` closes the descriptor: closed here too, the second close
            // could hit a file that another thread has just opened.
            throw errno == EWOULDBLOCK ? .folderInUse(path: directory.path) : Self.failure("locked", directory)
        }
    }

    private static func failure(_ doing: String, _ directory: URL) -> JobError {
        .file(
            path: directory.path,
            reason:
                "It cannot be \(doing): \(String(cString: strerror(errno))). Check permissions, or give a folder on "
                + "a disk of this machine.")
    }

    deinit { close(descriptor) }
}
