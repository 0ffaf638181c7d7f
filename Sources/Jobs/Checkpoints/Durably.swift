internal import Foundation

/// Files that have to be there after a loss of power.
enum Durably {
    /// Hands a file's contents, or a folder's list of names, to the disk.
    static func synchronise(_ url: URL) throws {
        let descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        // Some file systems find out here that they have no room for what was written.
        guard fsync(descriptor) == 0 else { throw failure() }
    }

    /// Gives a finished folder its name, and makes that last.
    static func rename(_ source: URL, to target: URL) throws {
        guard Glibc.rename(source.path, target.path) == 0 else { throw failure() }
        try synchronise(target.deletingLastPathComponent())
    }

    /// Makes a folder and those above it that are missing.
    static func makeFolders(_ url: URL) throws {
        if mkdir(url.path, 0o777) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, url.path != "/" else { throw failure() }
        try makeFolders(url.deletingLastPathComponent())
        guard mkdir(url.path, 0o777) == 0 || errno == EEXIST else { throw failure() }
    }

    /// Makes a folder that was not there.
    static func makeFolder(_ url: URL) throws { guard mkdir(url.path, 0o777) == 0 else { throw failure() } }

    /// Copies a file to one that was not there, with the permissions that new files get, and hands it to the disk.
    ///
    /// - Returns: Its bytes.
    static func copy(_ source: URL, to target: URL) throws -> Int64 {
        let descriptor = open(target.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure() }
        let output = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
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

    /// Why the call before failed.
    private static func failure() -> POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }

    /// Regular files below a folder, as paths relative to it, sorted.
    ///
    /// - Throws: `JobError.file` for what is neither file nor folder: a link would make a checkpoint depend on something
    ///   outside it.
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
