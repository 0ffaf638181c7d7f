import Foundation
import Guarding

/// Reads an input named by the user: a file, a pipe, a device, or `-` for standard input.
package enum InputFile {
    /// The most bytes read: nothing larger is held as a single text, and some devices never end.
    package static let byteLimit = 1 << 30

    private static let standardInputWasRead = Guarded(false)

    /// The input as UTF-8 text, without the byte-order mark that some editors add.
    package static func text(of place: String) throws -> String {
        let bytes = try bytes(of: place)
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        guard let text = String(validating: bytes.dropFirst(bytes.starts(with: mark) ? mark.count : 0), as: UTF8.self)
        else { throw Failure("\(name(of: place)) is not valid UTF-8 text. Convert it first.") }
        return text
    }

    package static func bytes(of place: String) throws -> [UInt8] {
        if place == "-" { try takeStandardInput() }
        do throws(SystemError) {
            let descriptor =
                try place == "-" ? Descriptor.copy(STDIN_FILENO) : Descriptor.open(place, O_RDONLY)
            defer { close(descriptor) }
            return try Descriptor.readAll(descriptor, limit: byteLimit)
        } catch {
            throw failure(place, error)
        }
    }

    /// Like `bytes`, but nil if the file does not exist.
    package static func bytesIfPresent(of path: String) throws -> [UInt8]? {
        var status = stat()
        guard stat(path, &status) != 0, errno == ENOENT else { return try bytes(of: path) }
        return nil
    }

    /// The name of a place for use in messages.
    package static func name(of place: String) -> String { place == "-" ? "standard input" : place }

    /// Refuses a second read, which would silently find nothing.
    private static func takeStandardInput() throws {
        let wasRead = standardInputWasRead.withLock { wasRead in
            defer { wasRead = true }
            return wasRead
        }
        guard !wasRead else {
            throw Failure("- stands for standard input, which can be read only once. Give one of its uses a file.")
        }
    }

    private static func failure(_ place: String, _ error: SystemError) -> Failure {
        guard error.code != EFBIG else {
            return Failure("\(name(of: place)) has more than \(Figures.bytes(byteLimit)). Split it into smaller files.")
        }
        return Failure.of("read", name(of: place), error, error.remedyForReading)
    }
}

extension Failure {
    /// For example `cannot read PATH: No such file or directory. What to do.`
    package static func of(_ what: String, _ name: String, _ error: SystemError, _ remedy: String) -> Failure {
        Failure("cannot \(what) \(name): \(error)" + (remedy.isEmpty ? "" : ". \(remedy)"))
    }
}
