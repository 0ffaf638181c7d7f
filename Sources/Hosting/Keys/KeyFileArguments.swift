import Access
import ArgumentParser
import Console
import Foundation
import JSONCoding

/// The file that the commands are about.
struct KeyFileArguments: ParsableArguments {
    @Option(help: ArgumentHelp("The file of keys.", valueName: "file"))
    var keys: String

    func read() throws -> KeyFile { try KeyFile.read(from: keys) }

    /// Reads the file, changes what was in it and writes it. Commands that do so at the same time wait for each other.
    ///
    /// - Parameter orEmpty: Whether a file that is missing counts as one without keys.
    func change(orEmpty: Bool = false, _ body: (inout KeyFile) throws -> Void) throws {
        let lock = try KeyFileLock(of: keys)
        try withExtendedLifetime(lock) {
            let isMissing = orEmpty && !FileManager.default.fileExists(atPath: keys)
            var file = isMissing ? KeyFile() : try read()
            try body(&file)
            // Only its owner may read it from the start: the mode of a new file, and of the draft of one that exists.
            let mask = umask(0o077)
            defer { umask(mask) }
            try OutputFile.write(file.json.pretty + "\n", to: keys)
        }
    }
}

/// Keeps other commands from changing a file of keys.
///
/// The file itself is replaced when it changes, and its folder may be locked by a server that keeps its jobs there, so a
/// file beside it is locked, and stays: who removed it would let two in at once.
private final class KeyFileLock {
    private let descriptor: Int32

    init(of path: String) throws {
        // One file has one lock, whichever link leads to it.
        let lock = URL(fileURLWithPath: path).resolvingSymlinksInPath().path + ".lock"
        var opened = open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        // Where no file can be made, this one is not replaced either.
        if opened < 0, errno == EACCES || errno == EROFS || errno == EPERM { opened = open(path, O_RDWR | O_CLOEXEC) }
        guard opened >= 0 else {
            let error = SystemError(errno)
            throw Failure.of("lock", lock, error, error.remedyForWriting)
        }
        // Thrown by a complete instance, whose `deinit` closes the descriptor.
        descriptor = opened
        while flock(descriptor, LOCK_EX) != 0 {
            let error = SystemError(errno)
            guard error.code == EINTR else { throw Failure.of("lock", lock, error, "") }
        }
    }

    deinit { close(descriptor) }
}
