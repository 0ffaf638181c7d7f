import Foundation
internal import Guarding

/// A file of records, one JSON object on each line, read as records are asked for.
///
/// What is kept in memory is where each line begins: eight bytes a line, however long the lines are. Blank lines at the
/// end are passed over; between records they are a problem, as a cut-off write may leave them.
public final class RecordFile: Sendable {
    public let path: String
    public let count: Int
    private let starts: [Int]
    private let size: Int
    private let handle: Guarded<FileHandle>

    private static let newline = UInt8(ascii: "\n")
    private static let chunk = 1 << 20

    /// Opens the file and finds its lines; records are parsed later.
    ///
    /// - Throws: `DataProblem` where the file cannot be read, or holds no record.
    public init(path: String) throws(DataProblem) {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw DataProblem(file: path, message: "cannot be read. Give the path of a file of JSON lines.")
        }
        var lines = LineStarts()
        do {
            while let data = try handle.read(upToCount: Self.chunk), !data.isEmpty { lines.add(Array(data)) }
        } catch {
            throw DataProblem(file: path, message: "cannot be read: \(error.localizedDescription).")
        }
        guard lines.records > 0 else {
            throw DataProblem(file: path, message: "holds no record. Each line is one JSON object.")
        }
        self.path = path
        self.handle = Guarded(handle)
        count = lines.records
        starts = Array(lines.starts.prefix(count))
        size = count < lines.starts.count ? lines.starts[count] : lines.size
    }

    /// The record of line `index + 1`.
    ///
    /// - Precondition: `index` is in 0..<count.
    public func record(at index: Int) throws(DataProblem) -> DataRecord {
        precondition((0..<count).contains(index), "record \(index) of \(count) in \(path)")
        let line = try bytes(of: index)
        guard line.contains(where: { !Self.isSpace($0) }) else {
            throw problem(index, message: "is blank. Remove it, or check whether the file was written to its end.")
        }
        do {
            return try DataRecord(line: line)
        } catch {
            throw problem(index, field: error.field, message: error.message)
        }
    }

    private func problem(_ index: Int, field: String? = nil, message: String) -> DataProblem {
        DataProblem(file: path, line: index + 1, field: field, message: message)
    }

    private func bytes(of index: Int) throws(DataProblem) -> [UInt8] {
        let end = index + 1 < count ? starts[index + 1] : size
        let length = end - starts[index]
        let data = handle.withLock { handle -> Data? in
            try? handle.seek(toOffset: UInt64(starts[index]))
            return try? handle.read(upToCount: length)
        }
        guard let data, data.count == length else {
            throw problem(index, message: "cannot be read any more. Leave the file as it is while it is in use.")
        }
        return Array(data)
    }

    fileprivate static func isSpace(_ byte: UInt8) -> Bool {
        byte == newline || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }

    /// Finds where lines begin, and which is the last that is not blank.
    private struct LineStarts {
        private(set) var starts = [0]
        private(set) var size = 0
        /// Lines up to the last one with something in it.
        private(set) var records = 0

        mutating func add(_ bytes: [UInt8]) {
            for byte in bytes {
                size += 1
                if byte == RecordFile.newline {
                    starts.append(size)
                } else if records < starts.count, !RecordFile.isSpace(byte) {
                    records = starts.count
                }
            }
        }
    }
}
