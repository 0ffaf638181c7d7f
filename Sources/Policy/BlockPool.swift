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
        let isStale = !free.isEmpty
        guard let block = take() else { return nil }
        // Values of unused tokens are multiplied by zero, which a stale infinity would survive.
        if isStale { memory.clear(Int(block)..<Int(block) + 1) }
        return block
    }

    /// A copy of a block with one reference, or nil if all are in use.
    public func allocate(copying source: Int32) -> Int32? {
        guard let block = take() else { return nil }
        memory.copy(source, to: block)
        return block
    }

    private func take() -> Int32? {
        if free.isEmpty, untouched == capacity { return nil }
        let block = free.popLast() ?? untouched
        if block == untouched { untouched += 1 }
        references[Int(block)] = 1
        return block
    }

    public func retain(_ block: Int32) { references[Int(block)] += 1 }

    public func release(_ block: Int32) {
        references[Int(block)] -= 1
        precondition(references[Int(block)] >= 0, "BlockPool: block \(block) released once too often")
        if references[Int(block)] == 0 { free.append(block) }
    }

    public func referenceCount(_ block: Int32) -> Int { Int(references[Int(block)]) }
}
