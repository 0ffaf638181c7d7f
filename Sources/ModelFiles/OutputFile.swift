internal import Foundation

/// A file that appears under its name only once complete: written under a temporary name, synchronised, then renamed.
final class OutputFile {
    let path: String
    private let partialPath: String
    private var descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        partialPath = path + ".partial"
        descriptor = open(partialPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure(path, errno) }
    }

    /// An unfinished file leaves no trace.
    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(partialPath)
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            guard written >= 0 || errno == EINTR else { throw Self.failure(path, errno) }
            rest = rest.dropFirst(max(written, 0))
        }
    }

    /// Makes the file durable and renames it to its final name.
    func finish() throws {
        guard fsync(descriptor) == 0 else { throw Self.failure(path, errno) }
        guard rename(partialPath, path) == 0 else { throw Self.failure(path, errno) }
        close(descriptor)
        descriptor = -1
    }

    static func create(_ data: Data, at path: String) throws {
        let file = try OutputFile(path)
        try data.withUnsafeBytes { try file.append($0) }
        try file.finish()
    }

    static func failure(_ path: String, _ code: Int32) -> PolicyError {
        let isFull = code == ENOSPC || code == EDQUOT
        let remedy = isFull ? "Free some space, or write elsewhere." : "Check the path and its permissions."
        return PolicyError(
            isFull ? .outOfSpace : .unwritable,
            "\(path) cannot be written: \(String(cString: strerror(code))). \(remedy)")
    }
}
