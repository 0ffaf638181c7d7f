/// A file of records, one JSON object per line, read on demand.
///
/// Only the beginnings of lines are kept in memory (`LineIndex`), a few megabytes at most. Files compressed with gzip,
/// and pipes if they are allowed, are first copied to a temporary file. Blank lines at the end are ignored; between
/// records they are an error, since a truncated write may leave them.
public final class RecordFile: Sendable {
    public let path: String
    public let count: Int
    private let need: RecordNeed
    private let index: LineIndex
    private let descriptor: FileDescriptor

    /// The longest line in bytes: more than the longest context holds.
    static let lineLimit = 16 << 20
    /// The largest file in bytes.
    private static let byteLimit = 64 << 30
    private static let piece = 64 << 10

    /// Opens the file and finds its lines; records are parsed later.
    ///
    /// - Throws: `DataProblem` if the file cannot be read, is in another format, or holds no record;
    ///   `CancellationError` if the task is cancelled in the meantime.
    public init(path: String, needing need: RecordNeed, _ rule: InputRule) throws {
        let file = try InputFile(path, rule)
        guard file.size <= Self.byteLimit else {
            throw DataProblem(file: path, message: "has \(file.size >> 30) GiB. Give at most 64 GiB, in several jobs.")
        }
        var bytes = try InputBytes(file), index = LineIndex(lineLimit: Self.lineLimit)
        var copy = file.isRegular && !bytes.isUnpacked ? nil : try SpooledFile(for: path)
        while true {
            try Task.checkCancellation()
            let piece = try bytes.next()
            if piece.isEmpty { break }
            index.add(piece)
            try copy?.append(piece)
            if let line = index.overlongLine { throw Self.tooLong(path, line: line) }
        }
        guard index.records > 0 else {
            throw DataProblem(file: path, message: "holds no record. Each line is one JSON object.")
        }
        self.path = path
        self.need = need
        self.index = index
        count = index.records
        descriptor = copy?.descriptor ?? file.descriptor
    }

    /// The first record of a file, without reading any further.
    ///
    /// - Throws: `DataProblem`.
    public static func first(
        path: String, needing need: RecordNeed, _ rule: InputRule
    ) throws(DataProblem) -> DataRecord {
        var bytes = try InputBytes(try InputFile(path, rule)), line: [UInt8] = []
        while true {
            let piece = try bytes.next()
            if let end = piece.firstIndex(of: UInt8(ascii: "\n")) {
                line += piece[..<end]
                break
            }
            if piece.isEmpty { break }
            line += piece
            guard line.count <= lineLimit else { throw tooLong(path, line: 0) }
        }
        return try record(line, need, path, index: 0)
    }

    /// The record of line `index + 1`.
    ///
    /// - Precondition: `index` is in 0..<count.
    public func record(at index: Int) throws(DataProblem) -> DataRecord {
        precondition((0..<count).contains(index), "record \(index) of \(count) in \(path)")
        guard let line = line(index) else {
            throw DataProblem(
                file: path, line: index + 1,
                message: "cannot be read any more. Leave the file as it is while it is in use.")
        }
        return try Self.record(line, need, path, index: index)
    }

    private static func record(
        _ line: [UInt8], _ need: RecordNeed, _ path: String, index: Int
    ) throws(DataProblem) -> DataRecord {
        guard line.contains(where: { !$0.isBlank }) else {
            throw DataProblem(
                file: path, line: index + 1,
                message: "is blank. Remove it, or check whether the file was written to its end.")
        }
        do {
            return try DataRecord(line: line, need)
        } catch {
            throw DataProblem(
                file: path, line: index + 1, column: error.column, field: error.field, message: error.message)
        }
    }

    private static func tooLong(_ path: String, line: Int) -> DataProblem {
        DataProblem(
            file: path, line: line + 1,
            message: "has more than \(lineLimit >> 20) MiB. Each record is one JSON object on a line of its own.")
    }

    /// A line without its line break; nil if the file has changed.
    private func line(_ number: Int) -> [UInt8]? {
        var (offset, passed) = index.place(of: number)
        var line: [UInt8] = []
        while line.count <= Self.lineLimit, let bytes = try? descriptor.read(Self.piece, at: offset), !bytes.isEmpty {
            offset += bytes.count
            var rest = bytes[...]
            while passed > 0, let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                rest = rest[(end + 1)...]
                passed -= 1
            }
            guard passed == 0 else { continue }
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) { return line + rest[..<end] }
            line += rest
        }
        // Only the last line ends without a line break.
        return offset == index.size && passed == 0 ? line : nil
    }
}
