internal import Foundation

/// Files that have to be there after a loss of power.
enum Durably {
    /// Hands a file's contents, or a folder's list of names, to the disk.
    static func synchronise(_ url: URL) throws {
        let descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        defer { close(descriptor) }
        // Some file systems find out here that they have no room for what was written.
        guard fsync(descriptor) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    /// Gives a finished folder its name, and makes that last.
    static func rename(_ source: URL, to target: URL) throws {
        guard Glibc.rename(source.path, target.path) == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
        try synchronise(target.deletingLastPathComponent())
    }

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
