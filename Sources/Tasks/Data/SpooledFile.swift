import Foundation

/// An unnamed temporary file, holding a copy of something that cannot be read twice. The system removes it with its
/// last handle.
struct SpooledFile {
    let descriptor: FileDescriptor
    private let folder: String
    private let source: String
    private var written = 0
    private var checked = 0

    /// The most that is copied: a small gzip file can expand to any size.
    private static let byteLimit = 16 << 30
    /// The disk space left for others.
    private static let leastFree: UInt = 256 << 20
    private static let checkInterval = 64 << 20

    init(for source: String) throws(DataProblem) {
        self.source = source
        folder = FileManager.default.temporaryDirectory.path
        let path = folder + "/attnrl-data-\(UUID().uuidString)"
        let number = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard number >= 0 else {
            throw DataProblem(
                file: source,
                message: "needs a temporary file, and \(folder) takes none: \(String(cString: strerror(errno))).")
        }
        unlink(path)
        descriptor = FileDescriptor(number)
    }

    mutating func append(_ bytes: [UInt8]) throws(DataProblem) {
        written += bytes.count
        guard written <= Self.byteLimit else {
            throw DataProblem(file: source, message: "comes to more than 16 GiB. Unpack it to a file and name that.")
        }
        if written >= checked {
            checked = written + Self.checkInterval
            try checkRoom()
        }
        do {
            try descriptor.write(bytes)
        } catch {
            throw error.code == ENOSPC || error.code == EDQUOT
                ? noRoom()
                : DataProblem(file: source, message: "has to be copied to \(folder), which failed: \(error.text).")
        }
    }

    private func checkRoom() throws(DataProblem) {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return }
        guard status.f_bavail * status.f_frsize >= Self.leastFree else { throw noRoom() }
    }

    private func noRoom() -> DataProblem {
        DataProblem(
            file: source,
            message:
                "has to be copied to \(folder), which has no room for it. Free some, set TMPDIR, or unpack it to a "
                + "file and name that.")
    }
}
