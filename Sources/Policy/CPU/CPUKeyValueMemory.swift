import CKernels
import Compute
import ModelFiles

/// Key/value memory laid out as the attention kernel reads it.
///
/// Memory becomes resident only as blocks are first used.
final class CPUKeyValueMemory: KeyValueMemory, @unchecked Sendable {  // passes write blocks, one at a time
    let blockCount: Int
    let blockBytes: Int
    let bytes: AlignedBuffer<UInt8>
    private let keyBytes: Int
    private let valueBytes: Int
    private let keyValueHeads: Int
    private let headSize: Int
    private let format: attn_format

    /// - Throws: `MemoryError` if the system refuses it.
    init(configuration: PolicyConfiguration, precision: Precision, blocks: Int) throws(MemoryError) {
        assert(BlockPool.blockTokens == Int(ATTN_BLOCK), "the kernels have blocks of \(ATTN_BLOCK) tokens")
        let d = configuration.headSize
        keyBytes = attn_key_bytes(precision.format, d)
        valueBytes = attn_value_bytes(precision.format, d)
        keyValueHeads = configuration.keyValueHeadCount
        headSize = d
        format = precision.format
        blockBytes = configuration.layerCount * keyValueHeads * (keyBytes + valueBytes)
        blockCount = blocks
        let (byteCount, isTooLarge) = blocks.multipliedReportingOverflow(by: blockBytes)
        if isTooLarge { throw MemoryError(byteCount: nil) }
        bytes = try AlignedBuffer(count: byteCount)
    }

    /// Casts to this back end's memory.
    static func own(_ memory: any KeyValueMemory) -> CPUKeyValueMemory {
        guard let memory = memory as? CPUKeyValueMemory else { preconditionFailure("memory of another back end") }
        return memory
    }

    /// Bytes of key/value memory per token.
    static func bytesPerToken(configuration: PolicyConfiguration, precision: Precision) -> Int {
        let d = configuration.headSize
        let perHead = attn_key_bytes(precision.format, d) + attn_value_bytes(precision.format, d)
        return configuration.layerCount * configuration.keyValueHeadCount * perHead / BlockPool.blockTokens
    }

    func clear(_ blocks: Range<Int>) {
        (bytes.pointer + blocks.lowerBound * blockBytes).update(repeating: 0, count: blocks.count * blockBytes)
    }

    func copy(_ source: Int32, to target: Int32) {
        (bytes.pointer + Int(target) * blockBytes).update(
            from: bytes.pointer + Int(source) * blockBytes, count: blockBytes)
    }

    /// Stores one token's key and value [D] of a layer and key-value head.
    func store(
        _ key: UnsafePointer<Float>, _ value: UnsafePointer<Float>, block: Int32, _ slot: Int, layer: Int, head: Int
    ) {
        let start = bytes.pointer + Int(block) * blockBytes
        attn_store_key(format, start + keyOffset(layer: layer, head: head), slot, headSize, key)
        attn_store_value(format, start + valueOffset(layer: layer, head: head), slot, headSize, value)
    }

    /// Where the keys of a layer and key-value head begin in a block.
    func keyOffset(layer: Int, head: Int) -> Int { (layer * keyValueHeads + head) * (keyBytes + valueBytes) }

    /// Where the values begin.
    func valueOffset(layer: Int, head: Int) -> Int { keyOffset(layer: layer, head: head) + keyBytes }
}
