/// The header of a safetensors file: what tensors there are, and where.
///
/// A file consists of eight bytes with the header's length (little-endian), the header as JSON, and the tensors' bytes.
/// Parsing is strict and bounded: unknown fields are refused, and so is a header with so many values that they would
/// take many times its own memory.
struct SafetensorsHeader: Equatable {
    struct Entry: Equatable {
        let name: String
        /// As written in the file.
        let dtype: String
        let shape: [Int]
        /// Bytes within the data that follows the header.
        let range: Range<Int>

        /// nil if the dtype is unknown: the tensor can be skipped, but not read.
        var format: StoredFormat? { StoredFormat(rawValue: dtype) }
    }

    /// In the order of their bytes.
    private(set) var entries: [Entry] = []
    private(set) var metadata: [String: String] = [:]

    /// Longer headers are refused, as in the format's own library.
    static let maximumByteCount = 100_000_000

    /// Parses a header that is followed by `dataCount` bytes.
    ///
    /// The tensors must cover the data exactly, without overlaps or gaps, as the format requires.
    ///
    /// - Throws: `PolicyError` naming `file`, and the tensor if one is at fault.
    init(_ bytes: [UInt8], dataCount: Int, file: String) throws {
        (entries, metadata) = try Self.parse(bytes, file: file)
        entries.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
        try checkNames(file: file)
        try checkLayout(dataCount: dataCount, file: file)
    }

    private func checkNames(file: String) throws {
        var seen = Set<String>()
        for entry in entries where !seen.insert(entry.name).inserted {
            throw PolicyError(
                .malformed, "\(file): tensor '\(entry.name)' is listed twice. Write or download the file again.")
        }
    }

    private func checkLayout(dataCount: Int, file: String) throws {
        var end = 0
        for entry in entries {
            guard entry.range.lowerBound == end else {
                throw PolicyError(
                    .malformed,
                    "\(file): tensor '\(entry.name)' starts at byte \(entry.range.lowerBound) of the data and the one "
                        + "before ends at \(end). Tensors must follow each other; write or download the file again.")
            }
            end = entry.range.upperBound
        }
        guard end <= dataCount else {
            throw PolicyError(
                .truncated,
                "\(file) is truncated: its header says \(end) bytes of tensors and \(dataCount) follow. "
                    + "Download it again.")
        }
        guard end == dataCount else {
            throw PolicyError(
                .malformed, "\(file): \(dataCount - end) bytes follow the last tensor. Write or download it again.")
        }
    }
}
