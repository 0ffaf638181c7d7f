internal import CZlib

/// Decompresses gzip (RFC 1952) step by step.
///
/// Holds zlib's state, which must not move.
package final class Inflater {
    package enum Status {
        /// The member goes on: more input or more room is needed.
        case withinMember
        case memberEnded
        case damaged
    }

    /// The first bytes of a member.
    package static let mark: [UInt8] = [0x1F, 0x8B]

    private let stream: UnsafeMutablePointer<z_stream>

    package init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = attn_gunzip_begin(stream)
        precondition(status == Z_OK, "zlib cannot begin: \(status)")
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Begins a member.
    package func reset() { inflateReset(stream) }

    /// Decompresses as much of `input` as there is room for.
    ///
    /// - Returns: The bytes of `input` that were read and those of `output` that were written.
    package func inflate(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> (read: Int, written: Int, status: Status) {
        // zlib counts in 32 bits, and does not write to what it reads.
        let room = min(output.count, Int(UInt32.max))
        let count = min(input.count, Int(UInt32.max))
        stream.pointee.next_in = input.bindMemory(to: UInt8.self).baseAddress.map { UnsafeMutablePointer(mutating: $0) }
        stream.pointee.avail_in = UInt32(count)
        stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_out = UInt32(room)
        let status: Status =
            switch CZlib.inflate(stream, Z_NO_FLUSH) {
            // The latter says that nothing could be done without more input or room.
            case Z_OK, Z_BUF_ERROR: .withinMember
            case Z_STREAM_END: .memberEnded
            default: .damaged
            }
        return (count - Int(stream.pointee.avail_in), room - Int(stream.pointee.avail_out), status)
    }
}
