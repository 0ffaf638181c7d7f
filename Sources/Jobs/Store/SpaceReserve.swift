internal import Foundation
internal import Guarding

/// A file that does nothing but occupy room, given back when the disk is full.
///
/// Without it nobody could be told: the database needs room too for the event that says why a job paused.
final class SpaceReserve: Sendable {
    /// Room for the database to note hundreds of events.
    static let bytes = 2 << 20

    private let path: String
    /// Held while the file is made: jobs on several threads may find at once that it is missing.
    private let making = Guarded(())

    init(directory: URL) { path = directory.appendingPathComponent("reserve").path }

    /// Occupies the room, if there is that much; where there is none, jobs pause without a reserve as well.
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

    /// Gives the room back.
    func release() { unlink(path) }
}
