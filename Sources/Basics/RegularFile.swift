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
        let (descriptor, size) = try opened(path)
        defer { close(descriptor) }
        guard size <= limit else { throw .tooLarge(bytes: size, limit: limit) }
        return try read(descriptor, size)
    }

    /// As much of a regular file's beginning as there is; nil if it cannot be read.
    public static func beginning(of path: String, _ count: Int) -> Data? {
        guard let (descriptor, size) = try? opened(path) else { return nil }
        defer { close(descriptor) }
        return try? read(descriptor, min(size, count))
    }

    private static func opened(_ path: String) throws(Problem) -> (descriptor: Int32, size: Int) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system(errno) }
        var status = stat()
        let problem: Problem? =
            fstat(descriptor, &status) != 0
            ? .system(errno) : status.st_mode & S_IFMT == S_IFREG ? nil : .notRegular
        if let problem {
            close(descriptor)
            throw problem
        }
        return (descriptor, Int(status.st_size))
    }

    private static func read(_ descriptor: Int32, _ size: Int) throws(Problem) -> Data {
        var data = Data(count: size), filled = 0
        while filled < size {
            let count = data.withUnsafeMutableBytes { bytes in
                Foundation.read(descriptor, bytes.baseAddress.map { $0 + filled }, size - filled)
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
