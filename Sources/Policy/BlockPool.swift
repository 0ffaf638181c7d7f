/// Blocks of key/value memory with reference counts.
///
/// A block holds keys and values of all layers and key-value heads for 64 consecutive positions of a sequence.
/// Sequences that share a prefix share its blocks; a block held by several is copied before one of them writes to it.
/// Block ownership is decided here, for every back end; block contents belong to the memory. Used only by the engine's
/// thread.
public final class BlockPool {
    public static let blockTokens = 64

    public let memory: any KeyValueMemory
    public var capacity: Int { references.count }
    private var references: [Int32]
    /// Free blocks, last in first out: reusing released blocks before untouched ones keeps memory small and warm.
    private var free: [Int32] = []
    private var untouched: Int32 = 0

    /// - Parameter memory: Its blocks belong to this pool alone.
    public init(_ memory: any KeyValueMemory) {
        self.memory = memory
        references = Array(repeating: 0, count: memory.blockCount)
    }

    /// The number of blocks that hold the given number of tokens.
    public static func blocks(holding tokens: Int) -> Int { (tokens + blockTokens - 1) / blockTokens }

    public var freeCount: Int { free.count + capacity - Int(untouched) }

    /// A zeroed block with one reference, or nil if all are in use.
    public func allocate() -> Int32? {
        guard let block = takeFree() else { return nil }
        references[Int(block)] = 1
        return block
    }

    private func takeFree() -> Int32? {
        if let block = free.popLast() {
            // Values of unused tokens are multiplied by zero, which a stale infinity would survive.
            memory.clear(Int(block)..<Int(block) + 1)
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

    /// Copies a block's contents over another's.
    public func copy(_ source: Int32, to target: Int32) { memory.copy(source, to: target) }
}
