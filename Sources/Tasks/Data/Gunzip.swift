internal import CZlib

/// Decompresses gzip (RFC 1952) piece by piece: one member after the other, as written by `gzip` and `bgzip`.
///
/// Holds zlib's state, which must not move.
final class Gunzip {
    static let mark: [UInt8] = [0x1F, 0x8B]

    private let file: String
    private let stream: UnsafeMutablePointer<z_stream>
    private var hasBegun = false
    private var isInMember = false
    /// What follows the last member, such as zeros, is ignored, as by `gunzip`.
    private var isOver = false

    private static let piece = 1 << 20

    init(file: String) {
        self.file = file
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

    /// Decompresses the next bytes of the file.
    ///
    /// - Parameter bytes: Empty at the end of the file.
    func unpack(_ bytes: [UInt8]) throws(DataProblem) -> [UInt8] {
        guard !bytes.isEmpty else {
            guard !isInMember else {
                throw DataProblem(file: file, message: "ends within its gzip data. Was it written to its end?")
            }
            return []
        }
        var input = bytes, output: [UInt8] = []
        if hasBegun, !isInMember {
            isOver = isOver || bytes[0] != Self.mark[0]
            inflateReset(stream)
        }
        hasBegun = true
        let status = input.withUnsafeMutableBufferPointer { inflate($0, into: &output) }
        guard status == Z_OK || status == Z_BUF_ERROR else {
            throw DataProblem(file: file, message: "holds damaged gzip data. Pack it again.")
        }
        return output
    }

    private func inflate(_ input: UnsafeMutableBufferPointer<UInt8>, into output: inout [UInt8]) -> Int32 {
        stream.pointee.next_in = input.baseAddress
        stream.pointee.avail_in = UInt32(input.count)
        while !isOver {
            let begin = output.count
            var written = 0, status = Z_OK
            output += repeatElement(0, count: Self.piece)
            output.withUnsafeMutableBufferPointer { buffer in
                stream.pointee.next_out = buffer.baseAddress.map { $0 + begin }
                stream.pointee.avail_out = UInt32(Self.piece)
                status = CZlib.inflate(stream, Z_NO_FLUSH)
                written = Self.piece - Int(stream.pointee.avail_out)
            }
            output.removeLast(Self.piece - written)
            isInMember = status != Z_STREAM_END
            guard status == Z_OK || status == Z_STREAM_END else { return status }
            if stream.pointee.avail_in == 0, written < Self.piece { return Z_OK }
            if status == Z_STREAM_END { beginMember() }
        }
        return Z_OK
    }

    /// Continues with the next member; there is none if the next byte does not begin one.
    private func beginMember() {
        isOver = stream.pointee.next_in.pointee != Self.mark[0]
        inflateReset(stream)
    }
}
