public import Foundation

/// Files that somebody else named, or put where they were looked for, and that are small enough to be read whole.
public enum RegularFile {
    public enum Problem: Error, Equatable, CustomStringConvertible {
        /// The system's number for why it cannot be read.
        case system(Int32)
        case notRegular
        case tooLarge(bytes: Int, limit: Int)

        public var description: String {
            switch self {
            case .system(ENOENT): "It does not exist."
            case .system(let code): "It cannot be read: \(String(cString: strerror(code)))."
            case .notRegular: "It is no regular file."
            case .tooLarge(let bytes, let limit): "It has \(bytes) bytes, and at most \(limit) are read."
            }
        }
    }

    /// A regular file's bytes; links are followed.
    ///
    /// It never waits for another process, as a pipe would make it do, and never reads what has no end, as a device.
    ///
    /// - Parameter limit: The most bytes that the file may have.
    public static func contents(of path: String, atMost limit: Int) throws(Problem) -> Data {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
        let size = Int(status.st_size)
        guard size <= limit else { throw .tooLarge(bytes: size, limit: limit) }
        var data = Data(count: size), filled = 0
        while filled < size {
            let count = data.withUnsafeMutableBytes { bytes in
                read(descriptor, bytes.baseAddress.map { $0 + filled }, size - filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(errno) }
            // It was shortened meanwhile.
            if count == 0 { break }
            filled += count
        }
        return data.prefix(filled)
    }
}
