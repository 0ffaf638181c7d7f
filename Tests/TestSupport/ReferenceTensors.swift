import Foundation

/// Reads reference numbers from a safetensors file: float32 and int32 tensors, nothing more.
///
/// Written apart from the production reader so that a fault in that one cannot hide in its own tests.
public struct ReferenceTensors: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    private struct Entry: Decodable, Sendable {
        let dtype: String
        let shape: [Int]
        let data_offsets: [Int]
    }

    private let entries: [String: Entry]
    private let values: Data

    /// - Parameter path: A file under Tests/Fixtures, such as "qwen2/expected.safetensors".
    public init(fixture path: String) throws {
        let file = try Data(contentsOf: Fixtures.url(path))
        let headerLength = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        entries = try JSONDecoder().decode([String: Entry].self, from: file.subdata(in: 8..<8 + headerLength))
        values = file.subdata(in: 8 + headerLength..<file.count)
    }

    public var names: [String] { entries.keys.sorted() }

    public func shape(_ name: String) throws -> [Int] { try entry(name, dtype: nil).shape }

    /// Row-major values of a float32 tensor.
    public func floats(_ name: String) throws -> [Float] { try load(name, dtype: "F32") }

    /// Row-major values of an int32 tensor.
    public func ints(_ name: String) throws -> [Int32] { try load(name, dtype: "I32") }

    private func entry(_ name: String, dtype: String?) throws -> Entry {
        guard let entry = entries[name] else { throw Failure(description: "no tensor \(name) among \(names)") }
        guard dtype == nil || entry.dtype == dtype else {
            throw Failure(description: "\(name) is \(entry.dtype), not \(dtype ?? "")")
        }
        return entry
    }

    private func load<T: BitwiseCopyable>(_ name: String, dtype: String) throws -> [T] {
        let entry = try entry(name, dtype: dtype)
        let bytes = values.subdata(in: entry.data_offsets[0]..<entry.data_offsets[1])
        return [T](unsafeUninitializedCapacity: bytes.count / MemoryLayout<T>.stride) { buffer, count in
            count = bytes.copyBytes(to: buffer) / MemoryLayout<T>.stride
        }
    }
}
