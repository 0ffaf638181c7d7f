import Console
import Foundation

/// A file that holds one new key, for its owner alone.
enum NewKeyFile {
    /// - Throws: An error that names the file, also if there is one already: it may hold a key that is in use.
    static func write(_ key: String, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            let error = SystemError(errno)
            throw Failure.of(
                "write", path, error, error.code == EEXIST ? "Give a file that is not there." : error.remedyForWriting)
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try file.write(contentsOf: Data((key + "\n").utf8))
            try file.synchronize()
        } catch {
            unlink(path)
            throw Failure.of("write", path, SystemError(causing: error) ?? SystemError(EIO), "")
        }
    }
}
