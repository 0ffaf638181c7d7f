/// One gzip member that is there as a whole, such as a compressed message.
package struct GzipMember {
    package enum Problem: Error, Equatable {
        /// Not one member and nothing else.
        case damaged
        /// The number of bytes that it would have.
        case tooLong(Int)
    }

    /// The number of bytes it has when decompressed, as it says itself.
    package let length: Int
    private let bytes: [UInt8]

    // RFC 1952, section 2.3: ten bytes before the data, and behind it a checksum and the length, least significant
    // byte first.
    private static let leastSize = 18
    private static let lengthSize = 4

    /// Looks at the length, which stands at the end.
    package init(_ bytes: [UInt8], atMost limit: Int) throws(Problem) {
        guard bytes.count >= Self.leastSize else { throw .damaged }
        self.bytes = bytes
        length = bytes.suffix(Self.lengthSize).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= limit else { throw .tooLong(length) }
    }

    /// Decompresses it.
    ///
    /// No more is written than the length that it says, so that one that lies about it costs no more than an honest one.
    package func unpacked() throws(Problem) -> [UInt8] {
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
