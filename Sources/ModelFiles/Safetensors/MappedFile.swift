internal import CMappings
internal import Foundation

/// A file's bytes, mapped read-only for this object's lifetime.
///
/// If the file is shortened in the meantime, the missing part reads as zeros; `checkIsWhole` detects this after
/// reading.
final class MappedFile: @unchecked Sendable {  // immutable after init
    let path: String
    let bytes: UnsafeRawBufferPointer
    private let guardNumber: Int32

    /// Maps a regular file; links are followed.
    init(_ path: String) throws {
        self.path = path
        let (descriptor, count) = try Self.open(path)
        defer { close(descriptor) }
        guard count > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            guardNumber = -1
            return
        }
        guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw Self.failure(path, errno)
        }
        bytes = UnsafeRawBufferPointer(start: start, count: count)
        guardNumber = attn_guard_mapping(start, count)
        try Self.refusePointer(path, bytes.prefix(Self.pointerStart.count))
    }

    /// - Throws: `PolicyError` if the file was shortened and some of what was read was no longer there.
    func checkIsWhole() throws {
        guard !attn_mapping_is_whole(guardNumber) else { return }
        throw PolicyError(
            .truncated,
            "\(path) was shortened while it was read. Read it again; to replace a file in use, rename another over it.")
    }

    deinit {
        attn_release_mapping(guardNumber)
        if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
    }

    /// A copy of a small file's bytes.
    ///
    /// - Parameter limit: The most bytes the file may have; larger than any file that is meant to be read whole.
    static func contents(_ path: String, limit: Int = 256 << 20) throws -> Data {
        let (descriptor, count) = try open(path)
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        guard count <= limit else {
            throw PolicyError(
                .malformed,
                "\(path) has \(count) bytes, and at most \(limit) are read. It is another file, or damaged; download it "
                    + "again.")
        }
        do {
            let data = try handle.read(upToCount: count) ?? Data()
            try refusePointer(path, data.prefix(pointerStart.count))
            return data
        } catch let error as PolicyError {
            throw error
        } catch {
            throw PolicyError(.unreadable, "\(path) cannot be read. Check the file and its disk.", cause: error)
        }
    }

    private static let pointerStart = Array("version https://git-lfs.github.com/spec/".utf8)

    /// Cloning a repository without Git LFS leaves a few lines of text in place of each large file.
    private static func refusePointer(_ path: String, _ start: some Collection<UInt8>) throws {
        guard start.elementsEqual(pointerStart) else { return }
        throw PolicyError(
            .malformed,
            "\(path) is a pointer of Git LFS, not the file itself. Run `git lfs pull` in its repository, or download it."
        )
    }

    /// Opens a regular file; links are followed.
    private static func open(_ path: String) throws -> (descriptor: Int32, byteCount: Int) {
        // Without O_NONBLOCK, opening a named pipe would wait for a writer.
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(path, errno) }
        var status = stat()
        let isKnown = fstat(descriptor, &status) == 0, code = errno
        guard isKnown, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw isKnown
                ? PolicyError(.unreadable, "\(path) is not a regular file. Put the file itself there.")
                : failure(path, code)
        }
        return (descriptor, Int(status.st_size))
    }

    private static func failure(_ path: String, _ code: Int32) -> PolicyError {
        let reason = String(cString: strerror(code))
        return code == ENOENT
            ? brokenLink(path) ?? PolicyError(.notFound, "\(path) is missing. Download it, or check the path.")
            : PolicyError(.unreadable, "\(path) cannot be read: \(reason). Check the file and its permissions.")
    }

    /// The error for a path that is a link whose target is gone; nil if it is no link.
    static func brokenLink(_ path: String) -> PolicyError? {
        guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { return nil }
        return PolicyError(
            .notFound, "\(path) is a link to \(target), which is not there. Download it again, or correct the link.")
    }
}
