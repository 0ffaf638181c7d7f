/// Number formats of stored tensors.
public enum TensorFormat: String, Sendable, Hashable {
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"

    public var byteCount: Int { self == .float32 ? 4 : 2 }
}

/// A tensor in a mapped file, or in memory.
///
/// Row-major, little-endian, not necessarily aligned to its element size. The bytes belong to `owner` and live as
/// long as it does. After reading a file's tensor, call `finishReading`: the file may have been shortened.
public struct TensorView: @unchecked Sendable {  // the bytes are mapped read-only
    public let name: String
    public let format: TensorFormat
    public let shape: [Int]
    /// The file, for messages.
    public let file: String
    public let bytes: UnsafeRawBufferPointer
    let owner: AnyObject

    public init(
        name: String, format: TensorFormat, shape: [Int], file: String, bytes: UnsafeRawBufferPointer, owner: AnyObject
    ) {
        self.name = name
        self.format = format
        self.shape = shape
        self.file = file
        self.bytes = bytes
        self.owner = owner
    }

    public var elementCount: Int { shape.reduce(1, *) }
}
