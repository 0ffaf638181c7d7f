internal import Foundation

/// Writes a GGUF file of version 3, tensor after tensor, so that none has to be in memory as a whole.
///
/// The file appears under its name when `finish` succeeds, and not at all otherwise.
final class GGUFWriter {
    struct Tensor {
        let name: String
        /// Outermost first.
        let shape: [Int]
        let type: GGUFTensorType
        let byteCount: Int

        /// - Precondition: Rows are whole blocks of the type, from which weights can be read.
        init(name: String, shape: [Int], type: GGUFTensorType) {
            guard let encoding = type.encoding, shape.last?.isMultiple(of: encoding.blockLength) == true else {
                preconditionFailure("\(name) of shape \(shape) is written as \(type.name)")
            }
            (self.name, self.shape, self.type) = (name, shape, type)
            byteCount = shape.reduce(1, *) / encoding.blockLength * encoding.blockByteCount
        }
    }

    private let file: OutputFile
    private var written = 0
    private let tensors: [Tensor]
    private var next = 0

    /// Starts a file with its metadata, in the order of their keys; tensors' bytes follow in the given order.
    init(path: String, metadata: [String: GGUFValue], tensors: [Tensor]) throws {
        self.tensors = tensors
        file = try OutputFile(path)
        var header = GGUFHeader.magic
        Self.append(UInt32(3), to: &header)
        Self.append(UInt64(tensors.count), to: &header)
        Self.append(UInt64(metadata.count), to: &header)
        // The architecture first, as the specification asks: other keys begin with its name.
        let first = "general.architecture"
        for key in metadata.keys.sorted(by: { ($0 != first ? 1 : 0, $0) < ($1 != first ? 1 : 0, $1) }) {
            guard let value = metadata[key] else { continue }
            Self.append(key, to: &header)
            Self.append(value, to: &header)
        }
        var offset = 0
        for tensor in tensors {
            Self.append(tensor.name, to: &header)
            Self.append(UInt32(tensor.shape.count), to: &header)
            for size in tensor.shape.reversed() { Self.append(UInt64(size), to: &header) }
            Self.append(tensor.type.code, to: &header)
            Self.append(UInt64(offset), to: &header)
            offset += Self.padded(tensor.byteCount)
        }
        try append(header)
        try pad()
    }

    /// Appends all bytes of the next tensor, in pieces.
    func append(_ pieces: (_ append: ([UInt8]) throws -> Void) throws -> Void) throws {
        precondition(next < tensors.count, "\(file.path): a tensor more than announced")
        let start = written
        try pieces { try self.append($0) }
        precondition(
            written - start == tensors[next].byteCount, "\(tensors[next].name) has \(written - start) bytes")
        next += 1
        try pad()
    }

    /// Makes the file durable and renames it to its final name.
    func finish() throws {
        precondition(next == tensors.count, "\(file.path): \(tensors.count - next) tensors are missing")
        try file.finish()
    }

    // MARK: Bytes

    private func append(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try file.append($0) }
        written += bytes.count
    }

    private func pad() throws { try append([UInt8](repeating: 0, count: Self.padded(written) - written)) }

    private static func padded(_ count: Int) -> Int {
        (count + GGUFHeader.usualAlignment - 1) / GGUFHeader.usualAlignment * GGUFHeader.usualAlignment
    }

    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        append(UInt64(text.utf8.count), to: &bytes)
        bytes += text.utf8
    }

    private static func append(_ value: GGUFValue, to bytes: inout [UInt8]) {
        func type(_ type: GGUFValueType, count: Int? = nil) {
            if count != nil { append(GGUFValueType.array.rawValue, to: &bytes) }
            append(type.rawValue, to: &bytes)
            if let count { append(UInt64(count), to: &bytes) }
        }
        switch value {
        // Counts and ids, which readers expect in 32 bits.
        case .integer(let number):
            type(.uint32)
            append(UInt32(clamping: number), to: &bytes)
        case .unsigned(let number):
            type(.uint64)
            append(number, to: &bytes)
        case .single(let number):
            type(.float32)
            append(number.bitPattern, to: &bytes)
        case .double(let number):
            type(.float64)
            append(number.bitPattern, to: &bytes)
        case .bool(let flag):
            type(.bool)
            bytes.append(flag ? 1 : 0)
        case .text(let text):
            type(.string)
            append(text, to: &bytes)
        case .integers(let numbers):
            type(.int32, count: numbers.count)
            for number in numbers { append(Int32(clamping: number), to: &bytes) }
        case .numbers(let numbers):
            type(.float32, count: numbers.count)
            for number in numbers { append(Float(number).bitPattern, to: &bytes) }
        case .bools(let flags):
            type(.bool, count: flags.count)
            bytes += flags.map { $0 ? 1 : 0 }
        case .texts(let texts):
            type(.string, count: texts.count)
            for text in texts { append(text, to: &bytes) }
        }
    }
}
