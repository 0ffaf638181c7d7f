internal import Basics
package import Foundation

/// Operations on files that must survive a power loss.
package enum Durably {
    /// Syncs a file's contents, or a folder's list of names, to disk.
    package static func synchronise(_ url: URL) throws {
        let descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        // Some file systems only discover here that they have no room for the data.
        guard fsync(descriptor) == 0 else { throw failure() }
    }

    /// Gives a finished folder its name, durably.
    static func rename(_ source: URL, to target: URL) throws {
        guard Glibc.rename(source.path, target.path) == 0 else { throw failure() }
        try synchronise(target.deletingLastPathComponent())
    }

    /// Writes a file that has its name once all of it is on disk: whoever reads it finds the whole of it, or what was there
    /// before.
    package static func write(_ data: Data, whole file: URL) throws {
        let folder = file.deletingLastPathComponent()
        let partial = folder.appendingPathComponent(".\(file.lastPathComponent).partial")
        do {
            try data.writeAll(to: partial)
            try rename(partial, to: file)
        } catch {
            try? FileManager.default.removeItem(at: partial)
            throw error
        }
    }

    /// Creates a folder and its missing parents. Each new name is synchronised: without it, all below is lost.
    package static func makeFolders(_ url: URL) throws {
        if mkdir(url.path, 0o777) != 0 {
            if errno == EEXIST { return }
            guard errno == ENOENT, url.path != "/" else { throw failure() }
            try makeFolders(url.deletingLastPathComponent())
            guard mkdir(url.path, 0o777) == 0 || errno == EEXIST else { throw failure() }
        }
        try synchronise(url.deletingLastPathComponent())
    }

    /// Creates a folder and its missing parents, for the user alone.
    ///
    /// The names are synchronised each time: a process may have been killed between creating a folder and this.
    package static func makePrivateFolders(_ url: URL) throws {
        var parents = [url.deletingLastPathComponent()]
        while let last = parents.last, last.path != "/", !FileManager.default.fileExists(atPath: last.path) {
            parents.append(last.deletingLastPathComponent())
        }
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for parent in parents {
            do {
                try synchronise(parent)
            } catch let error as POSIXError where error.code == .EACCES {
                // A folder that others made, for which they answer.
            }
        }
    }

    /// Creates a folder, which must not exist.
    static func makeFolder(_ url: URL) throws { guard mkdir(url.path, 0o777) == 0 else { throw failure() } }

    /// Copies a file to a new one, with default permissions, and syncs it to disk.
    ///
    /// - Returns: Its size in bytes.
    static func copy(_ source: URL, to target: URL) throws -> Int64 {
        let descriptor = open(target.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure() }
        let output = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        defer { withExtendedLifetime(output) {} }  // It closes the descriptor with its last use.
        let input = try FileHandle(forReadingFrom: source)
        defer { try? input.close() }
        var bytes: Int64 = 0
        while let piece = try input.read(upToCount: 1 << 20), !piece.isEmpty {
            try output.write(contentsOf: piece)
            bytes += Int64(piece.count)
        }
        guard fsync(descriptor) == 0 else { throw failure() }
        return bytes
    }

    /// Why the preceding system call failed.
    private static func failure() -> POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }

    /// Regular files below a folder, as paths relative to it, sorted.
    ///
    /// - Throws: `JobError.file` if something is neither a file nor a folder: a link would make a checkpoint depend on
    ///   something outside it.
    static func files(below directory: URL) throws -> (files: [String], folders: [String]) {
        var files: [String] = []
        var folders: [String] = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: directory.path).sorted() {
            let full = directory.appendingPathComponent(path).path
            switch try FileManager.default.attributesOfItem(atPath: full)[.type] as? FileAttributeType {
            case .typeRegular: files.append(path)
            case .typeDirectory: folders.append(path)
            default:
                throw JobError.file(
                    path: full, reason: "It is neither a file nor a folder, so no checkpoint can hold it.")
            }
        }
        return (files, folders)
    }
}
