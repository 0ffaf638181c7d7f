/// A tensor of any format in a mapped file.
///
/// Row-major, little-endian, not necessarily aligned to its element size.
public struct StoredTensor: @unchecked Sendable {  // the bytes are mapped read-only
    public let name: String
    public let format: StoredFormat
    public let shape: [Int]
    public let bytes: UnsafeRawBufferPointer
    /// Keeps the bytes mapped.
    private let file: MappedFile

    init(name: String, format: StoredFormat, shape: [Int], bytes: UnsafeRawBufferPointer, file: MappedFile) {
        self.name = name
        self.format = format
        self.shape = shape
        self.bytes = bytes
        self.file = file
    }

    /// Copies the elements as a plain type of the format's size, for example `Int32` for `.int32`.
    ///
    /// - Precondition: The type is as large as one element.
    public func elements<Element: BitwiseCopyable>(as type: Element.Type) -> [Element] {
        precondition(
            MemoryLayout<Element>.stride == format.byteCount, "\(name): \(type) read from \(format.rawValue)")
        let total = bytes.count / format.byteCount
        return withExtendedLifetime(file) {
            [Element](unsafeUninitializedCapacity: total) { buffer, count in
                UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
                count = total
            }
        }
    }

    /// The tensor as weights; nil if weights are not read from its format.
    var view: TensorView? {
        format.tensorFormat.map {
            TensorView(name: name, format: $0, shape: shape, file: file.path, bytes: bytes, owner: file)
        }
    }
}
