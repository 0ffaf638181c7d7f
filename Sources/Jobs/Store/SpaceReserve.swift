internal import Foundation
internal import Guarding

/// A file that only occupies space, to be released when the disk is full.
///
/// Without it nobody could be told: even the event that says why a job paused needs space in the database.
final class SpaceReserve: Sendable {
    /// Enough space for the database to store hundreds of events.
    static let bytes = 2 << 20

    private let path: String
    /// Held while creating the file: jobs on several threads may notice at once that it is missing.
    private let making = Guarded(())

    init(directory: URL) { path = directory.appendingPathComponent("reserve").path }

    /// Occupies the space, if available; if not, jobs pause even without a reserve.
    func occupy() {
        making.withLock { _ in make() }
    }

    private func make() {
        var status = stat()
        guard stat(path, &status) != 0 || status.st_size != off_t(Self.bytes) else { return }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        let isOccupied = posix_fallocate(descriptor, 0, off_t(Self.bytes)) == 0
        close(descriptor)
        if !isOccupied { unlink(path) }
    }

    /// Releases the space.
    func release() { unlink(path) }
}
