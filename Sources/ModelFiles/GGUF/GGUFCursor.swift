/// Reads a GGUF file's header from its beginning, little-endian, never beyond its end.
struct GGUFCursor {
    let file: String
    private let bytes: UnsafeRawBufferPointer
    private(set) var position = 0

    /// Longer texts are refused: the longest that files have are chat templates and licences.
    static let maximumTextLength = 16 << 20

    init(_ bytes: UnsafeRawBufferPointer, file: String) {
        self.bytes = bytes
        self.file = file
    }

    var remaining: Int { bytes.count - position }

    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type, _ part: String
    ) throws -> Value {
        let size = MemoryLayout<Value>.size
        guard size <= remaining else { throw ends(in: part) }
        defer { position += size }
        return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Value.self))
    }

    /// A count or length, at most `limit` and not more than the rest of the file can hold.
    ///
    /// - Parameter least: The fewest bytes that each of them takes.
    mutating func count(_ part: String, least: Int, limit: Int) throws -> Int {
        let count = try integer(UInt64.self, part)
        guard count <= UInt64(limit) else {
            throw GGUFFailure.malformed(file, "\(part) has \(count) elements or bytes, and at most \(limit) are read.")
        }
        let (needed, overflow) = Int(count).multipliedReportingOverflow(by: least)
        guard !overflow, needed <= remaining else { throw ends(in: part) }
        return Int(count)
    }

    mutating func text(_ part: String) throws -> String {
        let length = try count(part, least: 1, limit: Self.maximumTextLength)
        let range = position..<position + length
        position += length
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw GGUFFailure.malformed(file, "\(part) is not valid UTF-8.")
        }
        return text
    }

    mutating func bool(_ part: String) throws -> Bool {
        switch try integer(UInt8.self, part) {
        case 0: return false
        case 1: return true
        case let other: throw GGUFFailure.malformed(file, "\(part) should be 0 or 1 for false or true, not \(other).")
        }
    }

    private func ends(in part: String) -> PolicyError {
        PolicyError(
            .truncated,
            "\(file) is truncated, or damaged: it ends within \(part), at byte \(bytes.count). Download it again.")
    }
}

/// Errors of GGUF files that are made in several places.
enum GGUFFailure {
    static func malformed(_ file: String, _ problem: String) -> PolicyError {
        PolicyError(.malformed, "\(file): \(problem) The file is damaged, or no GGUF file; download it again.")
    }

    static func unsupported(_ file: String, _ problem: String) -> PolicyError {
        PolicyError(.unsupported, "\(file): \(problem)")
    }

    static func invalid(_ file: String, _ problem: String) -> PolicyError {
        PolicyError(.invalid, "\(file): \(problem) Convert the model again, or use another file of it.")
    }
}
