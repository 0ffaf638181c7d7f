internal import Foundation

/// Writes a safetensors file whose tensors arrive one after the other, so that none has to be in memory as a whole.
///
/// The file appears under its name when `finish` succeeds, and not at all otherwise.
public final class SafetensorsWriter {
    /// The description of a tensor to be written.
    public struct Tensor: Sendable {
        public var name: String
        public var format: StoredFormat
        public var shape: [Int]

        public init(name: String, format: StoredFormat, shape: [Int]) {
            self.name = name
            self.format = format
            self.shape = shape
        }

        public var byteCount: Int { shape.reduce(format.byteCount, *) }
    }

    private let file: OutputFile
    private var missing: Int

    /// Starts a file; the tensors' bytes follow in the given order.
    ///
    /// - Precondition: Names differ.
    /// - Throws: `PolicyError` naming the file and why it cannot be written.
    public init(path: String, tensors: [Tensor], metadata: [String: String] = ["format": "pt"]) throws {
        missing = tensors.reduce(0) { $0 + $1.byteCount }
        file = try OutputFile(path)
        try append(header: Self.header(tensors, metadata))
    }

    /// Appends bytes of the next tensor, or of several.
    ///
    /// - Precondition: No more bytes than the tensors have.
    public func append(_ bytes: UnsafeRawBufferPointer) throws {
        missing -= bytes.count
        precondition(missing >= 0, "\(file.path): \(-missing) bytes more than the tensors have")
        try file.append(bytes)
    }

    /// Makes the file durable and renames it to its final name.
    ///
    /// - Precondition: All of the tensors' bytes have been appended.
    public func finish() throws {
        precondition(missing == 0, "\(file.path): \(missing) bytes of the tensors are missing")
        try file.finish()
    }

    private func append(header: Data) throws {
        let length = UInt64(header.count).littleEndian
        try withUnsafeBytes(of: length) { try file.append($0) }
        try header.withUnsafeBytes { try file.append($0) }
    }

    /// The JSON, padded with spaces so that the data starts at a multiple of eight.
    private static func header(_ tensors: [Tensor], _ metadata: [String: String]) throws -> Data {
        var fields: [String: JSONValue] = ["__metadata__": .object(metadata.mapValues { .string($0) })]
        var end = 0
        for tensor in tensors {
            let start = end
            end += tensor.byteCount
            let entry: [String: JSONValue] = [
                "dtype": .string(tensor.format.rawValue),
                "shape": .array(tensor.shape.map { .integer($0) }),
                "data_offsets": .array([.integer(start), .integer(end)]),
            ]
            let previous = fields.updateValue(.object(entry), forKey: tensor.name)
            precondition(previous == nil, "two tensors are named '\(tensor.name)'")
        }
        var header = try JSONValue.object(fields).rendered(inLines: false)
        header.append(contentsOf: repeatElement(UInt8(ascii: " "), count: -header.count & 7))
        return header
    }
}
