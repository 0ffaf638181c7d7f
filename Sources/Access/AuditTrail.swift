internal import Foundation
internal import Guarding
package import JSONCoding

/// A file of what was changed and by whom, in JSON lines.
///
/// When it reaches its limit it becomes `FILE.1`, in place of the one before, so the two together are bounded. A file that
/// was moved, deleted or replaced is made anew: lines go to what is at the path.
package final class AuditTrail: Sendable {
    private struct State {
        var descriptor: Int32
        /// Whether the last line has no end: a write failed midway, or a process died in one.
        var isTorn = false
    }

    private let path: String
    private let limit: Int
    private let state: Guarded<State>
    private let report: @Sendable (String) -> Void

    /// - Parameter report: Receives what keeps a line from being written; the work itself goes on.
    package init(
        path: String, limit: Int = 16 << 20, report: @escaping @Sendable (String) -> Void
    ) throws(AuditProblem) {
        self.path = path
        self.limit = limit
        self.report = report
        state = Guarded(try Self.open(path))
    }

    deinit { state.withLock { _ = close($0.descriptor) } }

    /// Writes an entry, of which texts are cut that are long; see `AuditLine`.
    package func append(_ entry: JSONValue) {
        let line = AuditLine.line(entry) + [0x0A]
        let problems = state.withLock { state in
            var problems: [String] = []
            do throws(AuditProblem) {
                try follow(&state)
            } catch {
                problems.append(error.description)
            }
            do throws(AuditProblem) {
                try makeRoom(for: line.count, &state)
                try write(line, &state)
            } catch {
                problems.append(error.description)
            }
            return problems
        }
        for problem in problems { report(problem) }
    }

    /// Opens the file again, if another program has moved it.
    ///
    /// - Throws: Why it cannot be opened; the one that was open stays.
    package func reopen() throws(AuditProblem) {
        try state.withLock { state in
            Result { () throws(AuditProblem) in try replace(&state) }
        }.get()
    }

    private func replace(_ state: inout State) throws(AuditProblem) {
        let new = try Self.open(path)
        close(state.descriptor)
        state = new
    }

    /// Whether the open file is still the one at the path.
    private func isCurrent(_ state: State) -> Bool {
        var own = stat(), named = stat()
        return fstat(state.descriptor, &own) == 0 && stat(path, &named) == 0 && own.st_dev == named.st_dev
            && own.st_ino == named.st_ino
    }

    private func follow(_ state: inout State) throws(AuditProblem) {
        if !isCurrent(state) { try replace(&state) }
    }

    // MARK: Its length

    /// Moves a full file aside. One that cannot be stays as long as it is, and every line tries again.
    private func makeRoom(for count: Int, _ state: inout State) throws(AuditProblem) {
        guard let size = Self.size(state.descriptor), size > 0, size + count > limit else { return }
        guard isCurrent(state) else { throw AuditProblem(path, "is full and no longer at its path", ENOENT) }
        guard rename(path, path + ".1") == 0 else {
            throw AuditProblem(path, "is full and cannot be moved to \(path).1", errno)
        }
        try replace(&state)
    }

    /// Nil for a pipe or a device.
    private static func size(_ descriptor: Int32) -> Int? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    // MARK: Bytes

    /// Writes a line whole or not at all. It is one write, so that lines of several processes do not mix.
    private func write(_ line: [UInt8], _ state: inout State) throws(AuditProblem) {
        let before = Self.size(state.descriptor)
        var rest = state.isTorn ? [0x0A] + line : line, written = 0
        while !rest.isEmpty {
            let count = Foundation.write(state.descriptor, rest, rest.count), code = errno
            if count > 0 {
                written += count
                rest.removeFirst(count)
            } else if count == 0 || code != EINTR {
                if written > 0 { state.isTorn = !takeBack(written, before, state) }
                throw AuditProblem(path, "cannot be written", count == 0 ? EIO : code)
            }
        }
        state.isTorn = false
    }

    /// Takes back the beginning of a line, unless another process has written behind it.
    private func takeBack(_ count: Int, _ before: Int?, _ state: State) -> Bool {
        guard let before, Self.size(state.descriptor) == before + count else { return false }
        return ftruncate(state.descriptor, off_t(before)) == 0
    }

    private static func open(_ path: String) throws(AuditProblem) -> State {
        // A pipe that nobody reads must not be waited for.
        let descriptor = Foundation.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { throw AuditProblem(path, "cannot be opened", errno) }
        guard let size = Self.size(descriptor) else {
            _ = fcntl(descriptor, F_SETFL, O_APPEND)
            return State(descriptor: descriptor)
        }
        return State(descriptor: descriptor, isTorn: size > 0 && lastByte(path, size) != 0x0A)
    }

    /// Nil if the file cannot be read, which whoever writes it need not be able to.
    private static func lastByte(_ path: String, _ size: Int) -> UInt8? {
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var byte: UInt8 = 0
        return pread(descriptor, &byte, 1, off_t(size - 1)) == 1 ? byte : nil
    }
}

package struct AuditProblem: Error, CustomStringConvertible {
    package let description: String

    fileprivate init(_ path: String, _ what: String, _ code: Int32) {
        let remedy =
            switch code {
            case ENOENT, ENOTDIR: " Give a path in a folder that exists."
            case EACCES, EPERM: " Check the permissions of the file and of its folder."
            case ENOSPC, EDQUOT: " Free some space."
            case ENXIO: " Nobody reads this pipe."
            default: ""
            }
        description = "the audit trail \(path) \(what): \(String(cString: strerror(code))).\(remedy)"
    }
}
