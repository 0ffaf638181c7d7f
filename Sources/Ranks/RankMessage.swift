/// Lists of numbers as bytes, in order, for ranks that know how many of which kind there are.
public struct RankMessage: Sendable {
    public private(set) var bytes: [UInt8]
    private var position = 0

    public init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    public mutating func append<Value: BitwiseCopyable>(_ values: [Value]) {
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    /// The next list.
    ///
    /// - Precondition: There are as many bytes left. What ranks send each other follows from what they all have, and where
    ///   that differs `Ranks.agree` has said so.
    public mutating func next<Value: BitwiseCopyable>(_ count: Int) -> [Value] {
        let size = count * MemoryLayout<Value>.stride
        precondition(size <= bytes.count - position, "\(size) bytes of \(bytes.count - position) are left")
        defer { position += size }
        return [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
            bytes.withUnsafeBytes { source in
                UnsafeMutableRawBufferPointer(buffer).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: source[position..<position + size]))
            }
            initialized = count
        }
    }
}
