/// A safetensors file, mapped read-only.
///
/// The file must not be rewritten in place while it is open (`TensorView.finishReading` detects shortening); replacing
/// it by renaming another over it is safe.
public final class SafetensorsFile: Sendable {
    public let path: String
    /// The `__metadata__` of the header.
    public let metadata: [String: String]
    /// Names in the order of the tensors' bytes.
    public let names: [String]
    private let file: MappedFile
    private let dataStart: Int
    private let entries: [String: SafetensorsHeader.Entry]

    /// Maps a file and checks its header against its length.
    ///
    /// - Throws: `PolicyError` naming the file, the tensor if one is at fault, and the remedy.
    public init(path: String) throws {
        let file = try MappedFile(path)
        let headerCount = try Self.headerCount(file)
        let header = try SafetensorsHeader(
            Array(file.bytes[8..<8 + headerCount]), dataCount: file.bytes.count - 8 - headerCount, file: path)
        self.path = path
        self.file = file
        dataStart = 8 + headerCount
        metadata = header.metadata
        names = header.entries.map(\.name)
        entries = Dictionary(uniqueKeysWithValues: header.entries.map { ($0.name, $0) })
    }

    public func contains(_ name: String) -> Bool { entries[name] != nil }

    /// A tensor of any format; nil if the file has none of that name, or its format is unknown.
    public func stored(_ name: String) -> StoredTensor? {
        guard let entry = entries[name], let format = entry.format else { return nil }
        let range = dataStart + entry.range.lowerBound..<dataStart + entry.range.upperBound
        return StoredTensor(
            name: name, format: format, shape: entry.shape,
            bytes: UnsafeRawBufferPointer(rebasing: file.bytes[range]), file: file)
    }

    /// A tensor to read weights from; nil if the file has none of that name.
    ///
    /// - Throws: `PolicyError` if weights cannot be read from its stored format.
    public func tensor(named name: String) throws -> TensorView? {
        guard let entry = entries[name] else { return nil }
        guard let view = stored(name)?.view else {
            throw PolicyError(
                .unsupported,
                "\(path): tensor '\(name)' is stored as \(entry.dtype). Weights are read "
                    + "from F32, F16 and BF16; save them in one of these, or use the model's unquantised files.")
        }
        return view
    }

    private static func headerCount(_ file: MappedFile) throws -> Int {
        guard file.bytes.count >= 8 else {
            throw PolicyError(
                .truncated,
                "\(file.path) is truncated: it has \(file.bytes.count) bytes, and a safetensors file at "
                    + "least 8. Download it again.")
        }
        let count = UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self))
        guard count <= SafetensorsHeader.maximumByteCount else {
            throw PolicyError(
                .malformed,
                "\(file.path): the header's length is given as \(count) bytes, more than any safetensors "
                    + "file has. It is another kind of file, or damaged; download it again.")
        }
        guard Int(count) <= file.bytes.count - 8 else {
            throw PolicyError(
                .truncated,
                "\(file.path) is truncated: its header should have \(count) bytes, and the file has "
                    + "\(file.bytes.count). Download it again.")
        }
        return Int(count)
    }
}
