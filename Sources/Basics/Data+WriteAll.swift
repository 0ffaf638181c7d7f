public import Foundation

extension Data {
    /// Writes a file, new or in another's place, and syncs it to disk.
    ///
    /// Not `write(to:)`: where the system takes less than it is given, Foundation goes on with the first bytes again.
    public func writeAll(to url: URL) throws {
        let descriptor = open(url.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Self.failure() }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: self)
        // Not the handle's `synchronize`, which takes a file system that became read-only for success.
        guard withExtendedLifetime(file, { fsync(descriptor) }) == 0 else { throw Self.failure() }
    }

    /// Why the preceding system call failed.
    private static func failure() -> POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
