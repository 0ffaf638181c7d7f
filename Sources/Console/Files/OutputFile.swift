import Foundation

/// A file that a command writes for its user.
///
/// A new file, and one that is there, appears whole: it is written beside its place and put there by `finish`, with mode
/// and owner of the file before it, so that a broken run leaves no half file. Links are followed. Pipes, devices and
/// what the process has open already (`/dev/stdout`) are written into, and so is a file that a new one would not be the
/// same as: one with several names, of another owner, or in a folder that takes no new files.
package final class OutputFile {
    private let path: String
    private let descriptor: Int32
    /// Where the file is written, and the name it gets; nil for one that is written into.
    private var draft: Draft?
    private var pending: [UInt8] = []

    private struct Draft {
        let path: String
        let target: String
    }

    private static let pendingLimit = 1 << 18

    package init(_ path: String) throws {
        self.path = path
        do throws(SystemError) {
            (descriptor, draft) = try Self.open(path)
        } catch {
            throw Self.failure(path, error)
        }
    }

    deinit {
        close(descriptor)
        if let draft { unlink(draft.path) }
    }

    package func line(_ text: String) throws {
        pending += text.utf8
        pending.append(UInt8(ascii: "\n"))
        if pending.count > Self.pendingLimit { try flush() }
    }

    /// Writes what is left and puts the file in its place.
    package func finish() throws {
        try flush()
        // Pipes and devices have nothing to synchronise, and say so.
        guard fsync(descriptor) == 0 || draft == nil && errno != ENOSPC && errno != EDQUOT && errno != EIO else {
            throw Self.failure(path, SystemError(errno))
        }
        guard let draft else { return }
        guard rename(draft.path, draft.target) == 0 else { throw Self.failure(path, SystemError(errno)) }
        self.draft = nil
    }

    /// Writes a whole file.
    package static func write(_ text: String, to path: String) throws {
        let file = try OutputFile(path)
        file.pending += text.utf8
        try file.finish()
    }

    private func flush() throws {
        do throws(SystemError) {
            try Descriptor.write(pending, to: descriptor)
        } catch {
            // A reader that closed its end had enough, as one of standard output.
            throw error.code == EPIPE ? EndOfProgram(code: ExitStatus.success) : Self.failure(path, error) as any Error
        }
        pending.removeAll(keepingCapacity: true)
    }

    private static func failure(_ path: String, _ error: SystemError) -> Failure {
        Failure.of("write", path, error, error.remedyForWriting)
    }
}

extension OutputFile {
    private static func open(_ path: String) throws(SystemError) -> (descriptor: Int32, draft: Draft?) {
        let target = try end(ofLinks: path)
        if let number = Descriptor.number(in: target) { return (try Descriptor.copy(number), nil) }
        let present: Int32
        do throws(SystemError) {
            // Not truncated yet: what must not be written is found out before anything is lost.
            present = try Descriptor.open(target, O_WRONLY)
        } catch {
            guard error.code == ENOENT, !target.isEmpty else { throw error }
            return try make(target)
        }
        var status = stat()
        guard fstat(present, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return (present, nil) }
        if let (descriptor, draft) = replacement(of: target, status) {
            close(present)
            return (descriptor, draft)
        }
        guard ftruncate(present, 0) == 0 else {
            let error = SystemError(errno)
            close(present)
            throw error
        }
        return (present, nil)
    }

    /// Opens a draft beside a place.
    private static func make(
        _ target: String, mode: mode_t = 0o666
    ) throws(SystemError) -> (descriptor: Int32, draft: Draft) {
        let path = folder(of: target) + ".attnrl-\(UUID().uuidString).part"
        let descriptor = try Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode)
        return (descriptor, Draft(path: path, target: target))
    }

    /// A draft that can take the place of a file without a difference; nil where none can.
    private static func replacement(
        of target: String, _ status: stat
    ) -> (descriptor: Int32, draft: Draft)? {
        // Nobody else may open it before it has the mode of the file it replaces.
        guard status.st_nlink == 1, let (descriptor, draft) = try? make(target, mode: 0o600) else { return nil }
        // In this order: a change of owner takes special bits of the mode away.
        guard fchown(descriptor, status.st_uid, status.st_gid) == 0,
            fchmod(descriptor, status.st_mode & 0o7777) == 0
        else {
            close(descriptor)
            unlink(draft.path)
            return nil
        }
        return (descriptor, draft)
    }

    /// Where a name leads: to what is not a link, or is not there, or is something the process has open.
    private static func end(ofLinks path: String) throws(SystemError) -> String {
        var path = path
        for _ in 0..<40 {
            guard Descriptor.number(in: path) == nil, let link = try destination(of: path) else { return path }
            path = link.hasPrefix("/") ? link : folder(of: path) + link
        }
        throw SystemError(ELOOP)
    }

    /// What a link says; nil for what is none.
    private static func destination(of path: String) throws(SystemError) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count)
        guard count > 0 else { return nil }
        let bytes = buffer[..<count].map { UInt8(bitPattern: $0) }
        guard let link = String(validating: bytes, as: UTF8.self) else { throw SystemError(EILSEQ) }
        return link
    }

    /// The folder of a name, with the slash at its end; empty for the working folder.
    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }
}
