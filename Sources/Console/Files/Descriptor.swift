import Foundation

/// Operations on file descriptors.
enum Descriptor {
    /// Opens a file, a pipe or a device.
    ///
    /// For names of files this process already has open, such as `/dev/stdin` and `/dev/fd/63`, returns a duplicate if
    /// the file cannot be reopened, for example because it is a socket or was opened by another process.
    static func open(_ path: String, _ flags: Int32, mode: mode_t = 0o666) throws(SystemError) -> Int32 {
        // The system would end the name there.
        guard !path.utf8.contains(0) else { throw SystemError(ENOENT) }
        let descriptor = Glibc.open(path, flags | O_CLOEXEC | O_NOCTTY, mode)
        if descriptor >= 0 { return descriptor }
        let error = SystemError(errno)
        guard let number = number(in: path) else { throw error }
        return try copy(number)
    }

    static func copy(_ descriptor: Int32) throws(SystemError) -> Int32 {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw SystemError(errno) }
        return copy
    }

    /// Reads all bytes up to the end.
    ///
    /// - Throws: EFBIG if there are more than `limit`: some devices never end.
    static func readAll(_ descriptor: Int32, limit: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &piece, piece.count)
            guard count >= 0 else {
                let error = SystemError(errno)
                if error.code == EINTR { continue }
                guard error.code == EAGAIN else { throw error }
                try wait(for: descriptor, Int16(POLLIN))
                continue
            }
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
            guard bytes.count <= limit else { throw SystemError(EFBIG) }
        }
    }

    /// Writes all bytes, waiting for a slow reader.
    static func write(_ bytes: some Collection<UInt8>, to descriptor: Int32) throws(SystemError) {
        let bytes = Array(bytes)
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count < 0 else {
                done += count
                continue
            }
            let error = SystemError(errno)
            switch error.code {
            case EINTR: continue
            case EAGAIN: try wait(for: descriptor, Int16(POLLOUT))
            default: throw error
            }
        }
    }

    private static func wait(for descriptor: Int32, _ events: Int16) throws(SystemError) {
        var waiting = pollfd(fd: descriptor, events: events, revents: 0)
        guard poll(&waiting, 1, -1) < 0 else { return }
        let error = SystemError(errno)
        guard error.code == EINTR else { throw error }
    }

    /// The descriptor in the name of a file that this process has open: `/dev/stdin`, `/dev/fd/63`, `/proc/self/fd/63`.
    static func number(in path: String) -> Int32? {
        switch path {
        case "/dev/stdin": return STDIN_FILENO
        case "/dev/stdout": return STDOUT_FILENO
        case "/dev/stderr": return STDERR_FILENO
        default:
            for folder in ["/dev/fd/", "/proc/self/fd/", "/proc/\(getpid())/fd/"] where path.hasPrefix(folder) {
                let name = path.utf8.dropFirst(folder.utf8.count)
                guard name.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
                return Int32(String(name) ?? "")
            }
            return nil
        }
    }
}

/// The standard streams that every program is started with.
package enum StandardStreams {
    /// Opens those that were closed, so that no file opened later takes their place and is written to by mistake.
    ///
    /// They are opened in the wrong direction: using one fails with "Bad file descriptor", as if it were closed.
    package static func occupy() {
        for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
        where fcntl(descriptor, F_GETFD) < 0 {
            // This takes the lowest free number: the current one, since all below it are taken.
            _ = Glibc.open("/dev/null", mode)
        }
    }
}
