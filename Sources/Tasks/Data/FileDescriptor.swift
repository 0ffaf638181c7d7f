import Foundation

/// An open file, closed after its last use. Any thread may read at an offset.
final class FileDescriptor: Sendable {
    private let number: Int32

    /// - Parameter number: The descriptor returned by `open`.
    init(_ number: Int32) { self.number = number }

    deinit { close(number) }

    /// Why a call failed: the system's error number.
    struct Failure: Error {
        let code: Int32
        var text: String { String(cString: strerror(code)) }
    }

    /// Some of the next `count` bytes; none at the end.
    func read(_ count: Int) throws(Failure) -> [UInt8] { try bytes(count) { Glibc.read(number, $0, count) } }

    /// Some of the `count` bytes from an offset on; none beyond the end.
    func read(_ count: Int, at offset: Int) throws(Failure) -> [UInt8] {
        try bytes(count) { pread(number, $0, count, offset) }
    }

    func write(_ bytes: [UInt8]) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            guard written >= 0 || errno == EINTR else { throw Failure(code: errno) }
            rest = rest.dropFirst(max(written, 0))
        }
    }

    private func bytes(_ count: Int, _ read: (UnsafeMutablePointer<UInt8>?) -> Int) throws(Failure) -> [UInt8] {
        var failure: Failure?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            repeat { filled = read(buffer.baseAddress) } while filled < 0 && errno == EINTR
            if filled < 0 { (failure, filled) = (Failure(code: errno), 0) }
        }
        if let failure { throw failure }
        return bytes
    }
}
