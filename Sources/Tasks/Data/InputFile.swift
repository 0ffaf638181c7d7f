import Foundation

/// A file opened for reading, or the reason why it was not.
struct InputFile {
    let path: String
    let descriptor: FileDescriptor
    /// Whether it can be read at any offset, any number of times.
    let isRegular: Bool
    /// In bytes; 0 if it has no size.
    let size: Int

    /// Opens a file without ever waiting for another process, unless the rule allows streams.
    init(_ path: String, _ rule: InputRule) throws(DataProblem) {
        guard !path.utf8.contains(0) else {
            throw DataProblem(file: path, message: "holds a zero byte, which no path can.")
        }
        var status = stat()
        guard stat(path, &status) == 0 else { throw Self.problem(path, errno) }
        // Checked before opening: opening a device may have side effects.
        try Self.check(status, path, rule)
        let waiting = rule == .regularFiles ? O_NONBLOCK : 0
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | waiting)
        guard number >= 0 else { throw Self.problem(path, errno) }
        descriptor = FileDescriptor(number)
        // The path may have changed in the meantime.
        guard fstat(number, &status) == 0 else { throw Self.problem(path, errno) }
        try Self.check(status, path, rule)
        self.path = path
        isRegular = status.st_mode & S_IFMT == S_IFREG
        size = isRegular ? Int(status.st_size) : 0
    }

    private static func check(_ status: stat, _ path: String, _ rule: InputRule) throws(DataProblem) {
        if status.st_mode & S_IFMT == S_IFREG { return }
        let (kind, canStream) =
            switch status.st_mode & S_IFMT {
            case S_IFDIR: ("a folder", false)
            case S_IFSOCK: ("a socket", false)
            case S_IFIFO: ("a pipe", true)
            case S_IFCHR, S_IFBLK: ("a device", true)
            default: ("no regular file", false)
            }
        guard rule != .streams || !canStream else { return }
        throw DataProblem(file: path, message: "is \(kind). Give the path of a regular file of JSON lines.")
    }

    private static func problem(_ path: String, _ code: Int32) -> DataProblem {
        let reason =
            switch code {
            case ENOENT: "does not exist. Give the path of a file of JSON lines."
            case EACCES: "may not be read by this user. Change its permissions, or those of a folder above it."
            case ENAMETOOLONG: "is too long for a path."
            default: "cannot be read: \(String(cString: strerror(code)))."
            }
        return DataProblem(file: path, message: reason)
    }

    /// Some of the next `count` bytes; none at the end.
    func read(_ count: Int) throws(DataProblem) -> [UInt8] {
        do {
            return try descriptor.read(count)
        } catch {
            throw Self.problem(path, error.code)
        }
    }
}

/// The kinds of files that may be read as data.
public enum InputRule: Sendable {
    /// Regular files only, for what a server opens on request: a pipe would keep it waiting, and a device may never
    /// end.
    case regularFiles
    /// Pipes and devices too, which are read to their end once: for files named by a command's caller.
    case streams
}
