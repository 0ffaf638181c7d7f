/// A file's bytes in order, unpacked where gzip packed them.
///
/// What is in another format than lines of text is refused by its name when the first bytes are read.
struct InputBytes {
    let file: InputFile
    /// Whether the bytes are other than those of the file.
    let isUnpacked: Bool
    private let gunzip: Gunzip?
    /// Read already, to see what the file is.
    private var head: [UInt8]?

    private static let piece = 1 << 20
    /// Of packed bytes, which may stand for a thousand times as many.
    private static let packedPiece = 16 << 10
    /// Enough for every mark by which a format is known.
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
