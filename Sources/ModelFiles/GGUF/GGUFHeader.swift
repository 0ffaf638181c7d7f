/// The header of a GGUF file: metadata, and what tensors there are and where.
///
/// A file consists of magic number and version, the counts of tensors and of metadata, the metadata, the directory of
/// tensors, and after padding the tensors' bytes. Versions 2 and 3 are alike; version 1 had narrower counts.
///
/// Source: the format's specification, https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. Reading is strict and
/// bounded: whatever is read is checked first, and nothing is allocated that the file does not have the bytes for.
struct GGUFHeader {
    struct Entry: Equatable, Sendable {
        let name: String
        let type: GGUFTensorType
        let encoding: WeightEncoding
        /// Outermost first; files have it the other way round.
        let shape: [Int]
        /// Bytes within the file.
        var range: Range<Int>
    }

    static let magic: [UInt8] = Array("GGUF".utf8)

    let version: UInt32
    let metadata: GGUFMetadata
    /// In the file's order.
    let entries: [Entry]

    /// What each tensor's place is a multiple of, unless `general.alignment` says otherwise.
    static let usualAlignment = 32

    enum Limit {
        static let keys = 1 << 16
        static let tensors = 1 << 18
        static let nameLength = 1 << 10
        /// Elements of all lists together; the largest published vocabularies have some hundred thousand tokens and
        /// about as many merges.
        static let elements = 1 << 25
        static let alignment = 1 << 20
    }

    /// Reads the header at the beginning of a file's bytes, and checks that all tensors lie within them.
    ///
    /// - Throws: `PolicyError` naming `file`, the key or tensor at fault and the remedy.
    init(_ bytes: UnsafeRawBufferPointer, file: String) throws {
        var cursor = GGUFCursor(bytes, file: file)
        version = try Self.version(&cursor)
        let tensorCount = try cursor.count("the list of tensors", least: 24, limit: Limit.tensors)
        let keyCount = try cursor.count("the metadata", least: 13, limit: Limit.keys)
        metadata = try Self.metadata(&cursor, count: keyCount)
        let described = try Self.directory(&cursor, count: tensorCount)
        let alignment = try Self.alignment(metadata)
        let padding = (alignment - cursor.position % alignment) % alignment
        entries = try Self.place(
            described, after: cursor.position + padding, alignment: alignment, fileSize: bytes.count, file: file)
    }

    // MARK: Version

    private static func version(_ cursor: inout GGUFCursor) throws -> UInt32 {
        let magic = try (0..<4).map { _ in try cursor.integer(UInt8.self, "the header") }
        guard magic == self.magic else {
            throw PolicyError(
                .malformed,
                "\(cursor.file) is not a GGUF file: it does not begin with 'GGUF'. Check the path, or download it again."
            )
        }
        let version = try cursor.integer(UInt32.self, "the header")
        if [2, 3].contains(version) { return version }
        if [1, 2, 3].contains(version.byteSwapped) {
            throw GGUFFailure.unsupported(
                cursor.file, "the file is big-endian. Convert it with gguf-convert-endian, of Python's package gguf.")
        }
        throw GGUFFailure.unsupported(
            cursor.file,
            "this is version \(version) of GGUF; versions 2 and 3 are read. Convert the model to version 3."
        )
    }

    private static func alignment(_ metadata: GGUFMetadata) throws -> Int {
        let alignment = try metadata.count("general.alignment") ?? usualAlignment
        guard (1...Limit.alignment).contains(alignment), alignment.nonzeroBitCount == 1, alignment % 8 == 0 else {
            throw GGUFFailure.malformed(
                metadata.file,
                "metadata key 'general.alignment' is \(alignment); it should be a power of two from 8 to \(Limit.alignment)."
            )
        }
        return alignment
    }

    // MARK: Metadata

    private static func metadata(_ cursor: inout GGUFCursor, count: Int) throws -> GGUFMetadata {
        var values: [String: GGUFValue] = [:]
        var elements = 0
        for index in 0..<count {
            let key = try cursor.text("the name of metadata key \(index)")
            guard !key.isEmpty, key.utf8.count <= Int(UInt16.max), key.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
                throw GGUFFailure.malformed(cursor.file, "the name of metadata key \(index) is not plain ASCII.")
            }
            let value = try value(&cursor, "metadata key '\(key)'", &elements)
            guard values.updateValue(value, forKey: key) == nil else {
                throw GGUFFailure.malformed(cursor.file, "metadata key '\(key)' occurs twice.")
            }
        }
        return GGUFMetadata(values, file: cursor.file)
    }

    private static func value(_ cursor: inout GGUFCursor, _ part: String, _ elements: inout Int) throws -> GGUFValue {
        switch try type(&cursor, part) {
        case .array: return try array(&cursor, part, &elements)
        case .string: return .text(try cursor.text(part))
        case .bool: return .bool(try cursor.bool(part))
        case .float32: return .single(Float(bitPattern: try cursor.integer(UInt32.self, part)))
        case .float64: return .double(Double(bitPattern: try cursor.integer(UInt64.self, part)))
        case .uint64:
            let number = try cursor.integer(UInt64.self, part)
            return Int(exactly: number).map { .integer($0) } ?? .unsigned(number)
        case let type: return .integer(try integer(&cursor, type, part))
        }
    }

    private static func type(_ cursor: inout GGUFCursor, _ part: String) throws -> GGUFValueType {
        let code = try cursor.integer(UInt32.self, part)
        guard let type = GGUFValueType(rawValue: code) else {
            throw GGUFFailure.malformed(cursor.file, "\(part) is of type \(code), which does not exist.")
        }
        return type
    }

    private static func array(_ cursor: inout GGUFCursor, _ part: String, _ elements: inout Int) throws -> GGUFValue {
        let type = try type(&cursor, part)
        guard type != .array else {
            throw GGUFFailure.unsupported(
                cursor.file, "\(part) is a list of lists, which no model needs. Convert the model again.")
        }
        let count = try cursor.count(part, least: type.leastByteCount, limit: Limit.elements - elements)
        elements += count
        func read<Element>(_ element: (inout GGUFCursor) throws -> Element) throws -> [Element] {
            var list: [Element] = []
            list.reserveCapacity(count)
            for _ in 0..<count { list.append(try element(&cursor)) }
            return list
        }
        switch type {
        case .string: return .texts(try read { try $0.text(part) })
        case .bool: return .bools(try read { try $0.bool(part) })
        case .float32: return .numbers(try read { Double(Float(bitPattern: try $0.integer(UInt32.self, part))) })
        case .float64: return .numbers(try read { Double(bitPattern: try $0.integer(UInt64.self, part)) })
        default: return .integers(try read { try integer(&$0, type, part) })
        }
    }

    private static func integer(_ cursor: inout GGUFCursor, _ type: GGUFValueType, _ part: String) throws -> Int {
        switch type {
        case .uint8: return Int(try cursor.integer(UInt8.self, part))
        case .int8: return Int(try cursor.integer(Int8.self, part))
        case .uint16: return Int(try cursor.integer(UInt16.self, part))
        case .int16: return Int(try cursor.integer(Int16.self, part))
        case .uint32: return Int(try cursor.integer(UInt32.self, part))
        case .int32: return Int(try cursor.integer(Int32.self, part))
        case .int64: return Int(try cursor.integer(Int64.self, part))
        default:
            let number = try cursor.integer(UInt64.self, part)
            guard let number = Int(exactly: number) else {
                throw GGUFFailure.malformed(cursor.file, "\(part) has the element \(number), which no reader needs.")
            }
            return number
        }
    }
}
