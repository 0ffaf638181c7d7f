import Foundation

/// An output file written by a command.
///
/// Files are replaced atomically: the data goes to a draft in the same folder, which `finish` moves into place with the
/// mode and owner of the previous file, so a failed run leaves no partial file. Links are followed. Pipes, devices and
/// files that the process already has open (`/dev/stdout`) are written to directly, as are files that cannot be
/// replaced by an equivalent one: those with several names or another owner, or in a folder where no files can be
/// created.
package final class OutputFile {
    private let path: String
    private let descriptor: Int32
    /// The draft being written and its target name; nil when writing directly.
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

    /// Writes the remaining data and moves the file into place.
    package func finish() throws {
        try flush()
        // Pipes and devices have nothing to sync, and return an error.
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
            // A reader that closed its end has had enough, as with standard output.
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
            // Not truncated yet: a file that must not be written is detected before anything is lost.
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

    /// Opens a draft in the target's folder.
    private static func make(
        _ target: String, mode: mode_t = 0o666
    ) throws(SystemError) -> (descriptor: Int32, draft: Draft) {
        let path = folder(of: target) + ".attnrl-\(UUID().uuidString).part"
        let descriptor = try Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode)
        return (descriptor, Draft(path: path, target: target))
    }

    /// A draft that can replace a file with an equivalent one; nil if that is impossible.
    private static func replacement(
        of target: String, _ status: stat
    ) -> (descriptor: Int32, draft: Draft)? {
        // Nobody else may open it before it has the mode of the file it replaces.
        guard status.st_nlink == 1, let (descriptor, draft) = try? make(target, mode: 0o600) else { return nil }
        // In this order: changing the owner clears special mode bits.
        guard fchown(descriptor, status.st_uid, status.st_gid) == 0,
            fchmod(descriptor, status.st_mode & 0o7777) == 0
        else {
            close(descriptor)
            unlink(draft.path)
            return nil
        }
        return (descriptor, draft)
    }

    /// Resolves links until the path is not a link, does not exist, or names a file that the process has open.
    private static func end(ofLinks path: String) throws(SystemError) -> String {
        var path = path
        for _ in 0..<40 {
            guard Descriptor.number(in: path) == nil, let link = try destination(of: path) else { return path }
            path = link.hasPrefix("/") ? link : folder(of: path) + link
        }
        throw SystemError(ELOOP)
    }

    /// A link's destination; nil if the path is not a link.
    private static func destination(of path: String) throws(SystemError) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count)
        guard count > 0 else { return nil }
        let bytes = buffer[..<count].map { UInt8(bitPattern: $0) }
        guard let link = String(validating: bytes, as: UTF8.self) else { throw SystemError(EILSEQ) }
        return link
    }

    /// The folder part of a path, with a trailing slash; empty for the working folder.
    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }
}
