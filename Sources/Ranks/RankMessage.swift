/// Lists of numbers as bytes, in order, for ranks that know how many of which kind there are.
public struct RankMessage: Sendable {
    public private(set) var bytes: [UInt8]
    private var position = 0

    /// A message that ends before what is expected in it.
    public struct Short: Error {
        public init() {}
    }

    public init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    public mutating func append<Value: BitwiseCopyable>(_ values: [Value]) {
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    /// Whether all lists have been read.
    public var isAtEnd: Bool { position == bytes.count }

    /// The next list.
    ///
    /// - Throws: `RankMessage.Short` if there are not as many bytes left: the ranks do not have the same.
    public mutating func next<Value: BitwiseCopyable>(_ count: Int) throws(Short) -> [Value] {
        let (size, isTooLarge) = count.multipliedReportingOverflow(by: MemoryLayout<Value>.stride)
        guard !isTooLarge, 0...(bytes.count - position) ~= size else { throw Short() }
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
