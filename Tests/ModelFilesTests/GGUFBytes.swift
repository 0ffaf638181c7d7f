import Foundation

/// Builds the bytes of GGUF files, right and wrong ones.
struct GGUFBytes {
    enum Value {
        case uint32(UInt32), uint64(UInt64), float32(Float), bool(UInt8), text(String), texts([String])
        /// Type and content as they are.
        case raw(UInt32, [UInt8])
    }

    struct Tensor {
        var name: String
        /// As in files: innermost first.
        var sizes: [UInt64]
        var type: UInt32 = 0
        var offset: UInt64 = 0
    }

    var magic = Array("GGUF".utf8)
    var version: UInt32 = 3
    var keyCount: UInt64?
    var tensorCount: UInt64?
    var keys: [(String, Value)] = []
    var tensors: [Tensor] = []
    var alignment = 32
    /// Bytes of data after the padding.
    var dataCount = 0

    var bytes: [UInt8] {
        var bytes = magic
        Self.append(version, to: &bytes)
        Self.append(tensorCount ?? UInt64(tensors.count), to: &bytes)
        Self.append(keyCount ?? UInt64(keys.count), to: &bytes)
        for (key, value) in keys {
            Self.append(key, to: &bytes)
            Self.append(value, to: &bytes)
        }
        for tensor in tensors {
            Self.append(tensor.name, to: &bytes)
            Self.append(UInt32(tensor.sizes.count), to: &bytes)
            for size in tensor.sizes { Self.append(size, to: &bytes) }
            Self.append(tensor.type, to: &bytes)
            Self.append(tensor.offset, to: &bytes)
        }
        bytes += [UInt8](repeating: 0, count: (alignment - bytes.count % alignment) % alignment + dataCount)
        return bytes
    }

    static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        append(UInt64(text.utf8.count), to: &bytes)
        bytes += Array(text.utf8)
    }

    private static func append(_ value: Value, to bytes: inout [UInt8]) {
        func type(_ code: UInt32) { append(code, to: &bytes) }
        switch value {
        case .uint32(let number):
            type(4)
            append(number, to: &bytes)
        case .uint64(let number):
            type(10)
            append(number, to: &bytes)
        case .float32(let number):
            type(6)
            append(number.bitPattern, to: &bytes)
        case .bool(let byte):
            type(7)
            bytes.append(byte)
        case .text(let text):
            type(8)
            append(text, to: &bytes)
        case .texts(let texts):
            type(9)
            append(UInt32(8), to: &bytes)
            append(UInt64(texts.count), to: &bytes)
            for text in texts { append(text, to: &bytes) }
        case .raw(let code, let content):
            type(code)
            bytes += content
        }
    }
}

/// Little-endian bytes of numbers of different widths.
func littleEndian(_ numbers: any FixedWidthInteger...) -> [UInt8] {
    var bytes: [UInt8] = []
    for number in numbers { GGUFBytes.append(number, to: &bytes) }
    return bytes
}
