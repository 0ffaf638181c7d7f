import CKernels
public import Compute

/// Key/value memory in blocks of 64 tokens with reference counts.
///
/// A block holds keys and values of all layers and key-value heads for 64 consecutive positions of a sequence, laid
/// out as the attention kernel reads them. Sequences that share a prefix share its blocks; a block that several hold
/// is copied before one of them writes to it. Used by the engine's thread only; the kernels read and write block
/// contents.
public final class BlockPool: @unchecked Sendable {  // engine thread only, but for the contents
    public static let blockTokens = Int(ATTN_BLOCK)

    public let capacity: Int
    public let blockBytes: Int
    let memory: AlignedBuffer<UInt8>
    private let keyBytes: Int
    private let valueBytes: Int
    private let keyValueHeads: Int
    private let headSize: Int
    private let format: attn_format
    private var references: [Int32]
    /// Blocks never used, then given back, last in first out so that memory stays small and warm.
    private var free: [Int32] = []
    private var untouched: Int32 = 0

    /// - Parameter tokens: Tokens of all sequences together that the pool holds; rounded up to whole blocks. Memory
    ///   becomes resident only as blocks are first used.
    /// - Throws: `MemoryError` when the system refuses it.
    public init(configuration: PolicyConfiguration, precision: Precision, tokens: Int) throws(MemoryError) {
        let d = configuration.headSize
        keyBytes = attn_key_bytes(precision.format, d)
        valueBytes = attn_value_bytes(precision.format, d)
        keyValueHeads = configuration.keyValueHeadCount
        headSize = d
        format = precision.format
        blockBytes = configuration.layerCount * keyValueHeads * (keyBytes + valueBytes)
        capacity = (tokens + Self.blockTokens - 1) / Self.blockTokens
        let (byteCount, isTooLarge) = capacity.multipliedReportingOverflow(by: blockBytes)
        if isTooLarge { throw MemoryError(byteCount: nil) }
        memory = try AlignedBuffer(count: byteCount)
        references = Array(repeating: 0, count: capacity)
    }

    /// Bytes of key/value memory per token.
    public static func bytesPerToken(configuration: PolicyConfiguration, precision: Precision) -> Int {
        let d = configuration.headSize
        let perHead = attn_key_bytes(precision.format, d) + attn_value_bytes(precision.format, d)
        return configuration.layerCount * configuration.keyValueHeadCount * perHead / blockTokens
    }

    public var freeCount: Int { free.count + capacity - Int(untouched) }

    /// A zeroed block with one reference, or nil when all are in use.
    public func allocate() -> Int32? {
        guard let block = takeFree() else { return nil }
        references[Int(block)] = 1
        return block
    }

    private func takeFree() -> Int32? {
        if let block = free.popLast() {
            // Values of unused tokens are multiplied by zero, which a stale infinity would survive.
            (memory.pointer + Int(block) * blockBytes).update(repeating: 0, count: blockBytes)
            return block
        }
        guard untouched < capacity else { return nil }
        defer { untouched += 1 }
        return untouched
    }

    public func retain(_ block: Int32) { references[Int(block)] += 1 }

    public func release(_ block: Int32) {
        references[Int(block)] -= 1
        precondition(references[Int(block)] >= 0, "BlockPool: block \(block) released once too often")
        if references[Int(block)] == 0 { free.append(block) }
    }

    public func referenceCount(_ block: Int32) -> Int { Int(references[Int(block)]) }

    /// Zeroes blocks that are used by their number, without being allocated.
    func clear(_ blocks: Range<Int>) {
        (memory.pointer + blocks.lowerBound * blockBytes).update(repeating: 0, count: blocks.count * blockBytes)
    }

    /// Copies a block's contents over another's.
    public func copy(_ source: Int32, to target: Int32) {
        (memory.pointer + Int(target) * blockBytes).update(
            from: memory.pointer + Int(source) * blockBytes, count: blockBytes)
    }

    /// Stores one token's key and value [D] of a layer and key-value head.
    func store(
        _ key: UnsafePointer<Float>, _ value: UnsafePointer<Float>, block: Int32, _ slot: Int, layer: Int, head: Int
    ) {
        let start = memory.pointer + Int(block) * blockBytes
        attn_store_key(format, start + keyOffset(layer: layer, head: head), slot, headSize, key)
        attn_store_value(format, start + valueOffset(layer: layer, head: head), slot, headSize, value)
    }

    /// Where keys of a layer and key-value head lie in a block.
    func keyOffset(layer: Int, head: Int) -> Int { (layer * keyValueHeads + head) * (keyBytes + valueBytes) }

    /// Where the values lie.
    func valueOffset(layer: Int, head: Int) -> Int { keyOffset(layer: layer, head: head) + keyBytes }
}
