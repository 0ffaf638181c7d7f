internal import CZlib

extension GzipMember {
    /// Compresses bytes as one member, as small as gzip gets them: for what is compressed once and sent often.
    ///
    /// - Precondition: There are fewer than 4 GiB.
    package static func packed(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        let status = attn_gzip_begin(&stream)
        precondition(status == Z_OK, "zlib cannot begin: \(status)")
        defer { deflateEnd(&stream) }
        let room = deflateBound(&stream, UInt(bytes.count))
        var input = bytes
        return [UInt8](unsafeUninitializedCapacity: Int(room)) { output, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                let status = deflate(&stream, Z_FINISH)
                precondition(status == Z_STREAM_END, "zlib found no room: \(status)")
            }
            count = output.count - Int(stream.avail_out)
        }
    }
}
