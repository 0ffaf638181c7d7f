import Compute
import ModelFiles
import TestSupport
import Testing

@testable import Policy

@Suite("Block pool")
struct BlockPoolTests {
    private let memory: CPUKeyValueMemory
    private let pool: BlockPool

    init() throws {
        let configuration = try PolicyDirectory(Fixtures.url("llama")).configuration
        memory = try CPUKeyValueMemory(
            configuration: configuration, precision: .float32,
            blocks: BlockPool.blocks(holding: 3 * BlockPool.blockTokens - 1))
        pool = BlockPool(memory)
    }

    private func bytes(_ block: Int32) -> UnsafeMutableBufferPointer<UInt8> {
        UnsafeMutableBufferPointer(
            start: memory.bytes.pointer + Int(block) * memory.blockBytes, count: memory.blockBytes)
    }

    @Test("There are as many blocks as the tokens need, each given out once")
    func allocation() throws {
        #expect(pool.capacity == 3 && pool.freeCount == 3)
        let blocks = try (0..<3).map { _ in try #require(pool.allocate()) }
        #expect(Set(blocks) == [0, 1, 2])
        #expect(pool.allocate() == nil && pool.freeCount == 0)
        pool.release(blocks[1])
        #expect(pool.freeCount == 1 && pool.allocate() == blocks[1])
    }

    @Test("A block comes back when its last holder releases it")
    func references() throws {
        let block = try #require(pool.allocate())
        pool.retain(block)
        #expect(pool.referenceCount(block) == 2)
        pool.release(block)
        #expect(pool.freeCount == 2)
        pool.release(block)
        #expect(pool.freeCount == 3 && pool.referenceCount(block) == 0)
    }

    @Test("Blocks are zero when they are given out, whatever was in them")
    func zeroed() throws {
        let block = try #require(pool.allocate())
        bytes(block).update(repeating: 0xff)
        pool.release(block)
        let again = try #require(pool.allocate())
        #expect(again == block && bytes(again).allSatisfy { $0 == 0 })
    }

    @Test("A copy holds the same and leaves its neighbours alone")
    func copy() throws {
        let blocks = try (0..<3).map { _ in try #require(pool.allocate()) }
        for (index, block) in blocks.enumerated() { bytes(block).update(repeating: UInt8(index + 1)) }
        #expect(pool.allocate(copying: blocks[0]) == nil)
        pool.release(blocks[1])
        let copy = try #require(pool.allocate(copying: blocks[0]))
        #expect(copy == blocks[1] && pool.referenceCount(copy) == 1)
        #expect(bytes(copy).allSatisfy { $0 == 1 } && bytes(blocks[2]).allSatisfy { $0 == 3 })
    }

    @Test("Keys and values of layers and heads lie side by side and fill the block", arguments: Precision.allCases)
    func layout(_ precision: Precision) throws {
        let configuration = try PolicyDirectory(Fixtures.url("llama")).configuration
        let memory = try CPUKeyValueMemory(configuration: configuration, precision: precision, blocks: 1)
        var end = 0
        for layer in 0..<configuration.layerCount {
            for head in 0..<configuration.keyValueHeadCount {
                #expect(memory.keyOffset(layer: layer, head: head) == end)
                let values = memory.valueOffset(layer: layer, head: head)
                end = values + 16 * BlockPool.blockTokens * precision.byteCount  // heads of 8, padded to 16
            }
        }
        #expect(end == memory.blockBytes)
        #expect(
            CPUKeyValueMemory.bytesPerToken(configuration: configuration, precision: precision)
                == memory.blockBytes / BlockPool.blockTokens)
    }
}
