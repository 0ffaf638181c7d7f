internal import Foundation

/// A file's bytes, mapped read-only for as long as this object lives.
final class MappedFile: @unchecked Sendable {  // immutable after init
    let path: String
    let bytes: UnsafeRawBufferPointer

    /// Maps a regular file; links are followed.
    init(_ path: String) throws {
        self.path = path
        // Without O_NONBLOCK, opening a named pipe would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.failure(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.failure(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw PolicyError(.unreadable, "\(path) is not a regular file. Put the weights there.")
        }
        let count = Int(status.st_size)
        guard count > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw Self.failure(path, errno)
        }
        bytes = UnsafeRawBufferPointer(start: start, count: count)
    }

    deinit {
        if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
    }

    private static func failure(_ path: String, _ code: Int32) -> PolicyError {
        let reason = String(cString: strerror(code))
        return code == ENOENT
            ? PolicyError(.notFound, "\(path) is missing. Download it, or check the path.")
            : PolicyError(.unreadable, "\(path) cannot be read: \(reason). Check the file and its permissions.")
    }
}
