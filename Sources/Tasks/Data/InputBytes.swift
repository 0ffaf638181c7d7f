/// A file's bytes in order, decompressed if they are gzip.
///
/// Any format other than lines of text is identified and refused when the first bytes are read.
struct InputBytes {
    let file: InputFile
    /// Whether the bytes differ from those of the file.
    let isUnpacked: Bool
    private let gunzip: Gunzip?
    /// Bytes already read, to identify the format.
    private var head: [UInt8]?

    private static let piece = 1 << 20
    /// For compressed bytes, which may expand a thousandfold.
    private static let packedPiece = 16 << 10
    /// Enough for the magic bytes of every known format.
    private static let headLength = 512

    init(_ file: InputFile) throws(DataProblem) {
        self.file = file
        var head: [UInt8] = []
        while head.count < Self.headLength {
            let more = try file.read(Self.headLength - head.count)
            if more.isEmpty { break }
            head += more
        }
        isUnpacked = head.starts(with: Gunzip.mark)
        gunzip = isUnpacked ? Gunzip(file: file.path) : nil
        self.head = head
        if !isUnpacked, let reason = ForeignFormat.reason(head) {
            throw DataProblem(file: file.path, message: reason)
        }
    }

    /// The next bytes; none at the end.
    mutating func next() throws(DataProblem) -> [UInt8] {
        while true {
            let bytes: [UInt8]
            if let head, !head.isEmpty {
                (bytes, self.head) = (head, nil)
            } else {
                bytes = try file.read(isUnpacked ? Self.packedPiece : Self.piece)
            }
            guard let gunzip else { return bytes }
            let unpacked = try gunzip.unpack(bytes)
            if !unpacked.isEmpty || bytes.isEmpty { return unpacked }
        }
    }
}
