internal import CZlib

extension GzipMember {
    /// Compresses bytes as one member, as small as gzip gets them: for what is compressed once and sent often.
    ///
    /// - Precondition: There are fewer than 4 GiB.
    package static func packed(_ bytes: [UInt8]) -> [UInt8] {
        // zlib's state must not move.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = attn_gzip_begin(stream)
        precondition(status == Z_OK, "zlib cannot begin: \(status)")
        defer {
            deflateEnd(stream)
            stream.deinitialize(count: 1)
            stream.deallocate()
        }
        let room = Int(deflateBound(stream, UInt(bytes.count)))
        var input = bytes
        return [UInt8](unsafeUninitializedCapacity: room) { output, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.pointee.next_in = input.baseAddress
                stream.pointee.avail_in = UInt32(input.count)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(output.count)
                let status = deflate(stream, Z_FINISH)
                precondition(status == Z_STREAM_END, "zlib found no room: \(status)")
            }
            count = output.count - Int(stream.pointee.avail_out)
        }
    }
}
