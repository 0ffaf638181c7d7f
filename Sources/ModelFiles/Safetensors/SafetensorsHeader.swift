/// The header of a safetensors file: where each tensor lies, and what it is.
///
/// A file is eight bytes with the header's length (little-endian), the header as JSON, and the tensors' bytes. What is
/// read is strict and bounded: fields that the format does not know are refused, and so is a header of so many values
/// that they would take many times its own memory.
struct SafetensorsHeader: Equatable {
    struct Entry: Equatable {
        let name: String
        /// As the file says it.
        let dtype: String
        let shape: [Int]
        /// Bytes within the data that follows the header.
        let range: Range<Int>

        /// Nil when the dtype is not known: the tensor can be passed over, and not be read.
        var format: StoredFormat? { StoredFormat(rawValue: dtype) }
    }

    /// In the order of their bytes.
    private(set) var entries: [Entry] = []
    private(set) var metadata: [String: String] = [:]

    /// Headers longer than this are refused, as the format's own library does.
    static let maximumByteCount = 100_000_000

    /// Parses a header that `dataCount` bytes follow.
    ///
    /// The tensors must cover the data exactly, without overlaps or holes, as the format demands.
    ///
    /// - Throws: `PolicyError` that names `file`, and the tensor where one is to blame.
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
