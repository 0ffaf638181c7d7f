import Compute
import ModelFiles
import Policy
import TestSupport
import Testing

@testable import Rollouts

@Suite("Prefix cache")
struct PrefixCacheTests {
    private let pool: BlockPool
    private let cache: PrefixCache
    private let width = BlockPool.blockTokens

    init() throws {
        let configuration = try PolicyDirectory(Fixtures.url("llama")).configuration
        pool = BlockPool(try CPUBackend(threads: 1).keyValueMemory(configuration, .float32, blocks: 8))
        cache = PrefixCache(pool: pool)
    }

    private func tokens(_ count: Int, last: Int32 = 0) -> [Int32] { (0..<Int32(count - 1)).map { $0 } + [last] }

    /// A sequence's blocks, made known; the sequence still holds them.
    private func insert(_ tokens: [Int32], version: Int = 1) -> [Int32] {
        var blocks = (0..<(tokens.count + width - 1) / width).map { _ in pool.allocate()! }
        cache.insert(tokens, blocks: &blocks, version: version, computed: tokens.count)
        return blocks
    }

    private func release(_ blocks: [Int32]) { for block in blocks { pool.release(block) } }

    private func match(_ tokens: [Int32], version: Int = 1, limit: Int? = nil) -> [Int32] {
        let found = cache.match(tokens, version: version, limit: limit ?? tokens.count)
        release(found.blocks)
        if let part = found.part { pool.release(part.block) }
        return found.blocks
    }

    /// Tokens that can be copied from the beginning of a block, and that block.
    private func part(_ tokens: [Int32], version: Int = 1, limit: Int? = nil) -> PrefixCache.Match.Part? {
        let found = cache.match(tokens, version: version, limit: limit ?? tokens.count)
        release(found.blocks)
        if let part = found.part { pool.release(part.block) }
        return found.part
    }

    @Test("The beginning of a block can be copied, of the one that has most of it")
    func parts() {
        let known = tokens(2 * width)
        let blocks = insert(known)
        #expect(part(known, limit: width + 5) == .init(block: blocks[1], tokens: 5))
        #expect(part(Array(known.prefix(width + 3)) + [-7, -8]) == .init(block: blocks[1], tokens: 3))
        #expect(part(Array(known.prefix(10)) + [-7]) == .init(block: blocks[0], tokens: 10))
        #expect(part([-1] + known) == nil)
        #expect(part(known, version: 2) == nil)
        // Another sequence goes on differently behind the third token of the second block, and ends before it is full.
        let other = Array(known.prefix(width + 3)) + [-1, -2, -3]
        var tail = [blocks[0], pool.allocate()!]
        cache.insert(other, blocks: &tail, version: 1, computed: other.count, hasEnded: true)
        #expect(part(other + [-4]) == .init(block: tail[1], tokens: 6))
        #expect(part(known, limit: width + 5) == .init(block: blocks[1], tokens: 5))
        // Given back like others, and not known twice.
        let count = cache.count
        cache.insert(other, blocks: &tail, version: 1, computed: other.count - 1, hasEnded: true)
        #expect(cache.count == count)
        release([tail[1]])
        release(blocks)
        cache.makeRoom(for: pool.capacity)
        #expect(cache.count == 0 && pool.freeCount == pool.capacity)
    }

    @Test("A block that is not full is known only once its sequence has ended")
    func unfinished() {
        let known = tokens(width / 2), block = pool.allocate()!
        var blocks = [block]
        cache.insert(known, blocks: &blocks, version: 1, computed: known.count)
        #expect(part(known) == nil && cache.count == 0)
        cache.insert(known, blocks: &blocks, version: 1, computed: known.count, hasEnded: true)
        #expect(part(known + [9]) == .init(block: block, tokens: width / 2))
        cache.forget(version: 1)
        #expect(part(known) == nil && pool.referenceCount(block) == 1)
    }

    @Test("Whole blocks are found again, up to the limit and the first token that differs")
    func match() {
        let known = tokens(2 * width + 5)
        let blocks = insert(known)
        #expect(match(known) == Array(blocks.prefix(2)))
        #expect(match(known, limit: 2 * width - 1) == [blocks[0]])
        #expect(match(known, limit: width - 1).isEmpty)
        #expect(match(tokens(2 * width, last: -1)) == [blocks[0]])
        #expect(match([-1] + known).isEmpty)
        #expect(match(known, version: 2).isEmpty)
    }

    @Test("Versions have entries of their own")
    func versions() {
        let known = tokens(width)
        let first = insert(known), second = insert(known, version: 2)
        #expect(match(known) == first && match(known, version: 2) == second)
        release(first + second)
        #expect(cache.count == 2 && pool.freeCount == pool.capacity - 2)
    }

    @Test("Blocks that are not in use go, least recently used prefix first, its end before its beginning")
    func eviction() {
        let old = tokens(2 * width, last: -1).map { $0 + 1000 }, recent = tokens(2 * width)
        let held = insert(old), others = insert(recent)
        release(held + others)
        cache.makeRoom(for: 5)
        #expect(match(old) == [held[0]])
        // Now that one is the most recent.
        cache.makeRoom(for: 7)
        #expect(match(old) == [held[0]] && match(recent).isEmpty)
        cache.makeRoom(for: 100)
        #expect(cache.count == 0 && pool.freeCount == pool.capacity)
    }

    @Test("A prefix that was used after it was listed for going stays")
    func usedAgain() {
        let first = tokens(width), second = tokens(width, last: -1), third = tokens(width, last: -2)
        let blocks = [insert(first), insert(second), insert(third)]
        release(blocks.flatMap { $0 })
        cache.makeRoom(for: 6)
        #expect(match(first).isEmpty)
        _ = match(second)
        cache.makeRoom(for: 7)
        #expect(match(second) == blocks[1] && match(third).isEmpty)
    }

    @Test("Blocks in use stay, with all that lead to them")
    func inUse() {
        let known = tokens(3 * width)
        let blocks = insert(known)
        pool.release(blocks[0])
        pool.release(blocks[2])
        cache.makeRoom(for: pool.capacity)
        #expect(match(known) == [blocks[0], blocks[1]])
        #expect(pool.freeCount == pool.capacity - 2)
    }

    @Test("A sequence that computed a cached block again takes that one for its own")
    func duplicates() {
        let known = tokens(3 * width)
        let first = insert(Array(known.prefix(2 * width)))
        let second = insert(known)
        #expect(second.prefix(2) == first[...] && match(known) == second)
        #expect(pool.freeCount == pool.capacity - 3)
        // What leads to a block in use is in use, whoever else lets go of it.
        release(first)
        #expect(cache.idleCount == 0)
        release(second)
        cache.makeRoom(for: pool.capacity)
        #expect(pool.freeCount == pool.capacity)
    }
}
