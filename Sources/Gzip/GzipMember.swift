/// One gzip member that is there as a whole, such as a compressed message.
package enum GzipMember {
    package enum Problem: Error, Equatable {
        /// Not one member and nothing else.
        case damaged
        /// The number of bytes that it would have.
        case tooLong(Int)
    }

    // RFC 1952, section 2.3: ten bytes before the data, and behind it a checksum and the length, least significant
    // byte first.
    private static let leastSize = 18
    private static let lengthSize = 4

    /// The member's bytes, decompressed.
    ///
    /// The length that stands at the end is compared with `limit` before anything is decompressed, and no more than that
    /// is written. So a member that lies about it costs no more memory than an honest one.
    package static func unpack(_ bytes: [UInt8], atMost limit: Int) throws(Problem) -> [UInt8] {
        guard bytes.count >= leastSize else { throw .damaged }
        let length = bytes.suffix(lengthSize).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= limit else { throw .tooLong(length) }
        var isWhole = false
        // zlib takes no empty buffer.
        let unpacked = [UInt8](unsafeUninitializedCapacity: max(length, 1)) { buffer, count in
            let step = bytes.withUnsafeBytes { Inflater().inflate($0, into: UnsafeMutableRawBufferPointer(buffer)) }
            count = step.written
            isWhole = step.status == .memberEnded && step.read == bytes.count
        }
        guard isWhole else { throw .damaged }
        return unpacked
    }
}
