import Policy

/// Key/value blocks keyed by the tokens that lead to them, so that a prefix seen before is not computed again.
///
/// A block is looked up by its predecessor and its own tokens, compared in full: two prefixes are never confused. Full
/// blocks of 64 tokens are shared as they are; the beginning of any block can be copied. Entries belong to one version
/// of the weights. The cache holds a reference to every block it knows. When memory is short, blocks that nothing else
/// holds are released, least recently used first and a prefix's last block before its earlier ones. Engine thread only.
final class PrefixCache {
    private struct Key: Hashable {
        /// The entry of the preceding block; -version - 1 for the first block of a prefix.
        let parent: Int
        let tokens: [Int32]
    }

    private struct Entry {
        let key: Key
        let version: Int
        var block: Int32
        var lastUse: Int
    }

    private let pool: BlockPool
    private var ids: [Key: Int] = [:]
    private var entries: [Int: Entry] = [:]
    /// Entries by their predecessor.
    private var children: [Int: Set<Int>] = [:]
    private var nextID = 0
    private var clock = 0
    /// Last blocks of prefixes that were evictable when listed, least recently used last.
    private var evictable: [(id: Int, lastUse: Int)] = []

    init(pool: BlockPool) { self.pool = pool }

    /// Blocks the cache holds, in use or not.
    var count: Int { entries.count }

    /// Blocks held by the cache alone.
    var idleCount: Int { entries.values.count { pool.referenceCount($0.block) == 1 } }

    /// The cached beginning of a sequence.
    struct Match: Equatable {
        /// Blocks to share.
        var blocks: [Int32] = []
        /// A further block to copy, and the number of tokens to take from it.
        var part: Part?

        struct Part: Equatable {
            let block: Int32
            let tokens: Int
        }
    }

    /// The longest cached prefix of `tokens`; each block carries a reference for the caller.
    ///
    /// - Parameter limit: The most tokens to take from the cache.
    func match(_ tokens: [Int32], version: Int, limit: Int) -> Match {
        clock += 1
        var blocks: [Int32] = []
        var parent = root(version)
        for range in wholeBlocks(limit) {
            guard let id = ids[Key(parent: parent, tokens: Array(tokens[range]))] else { break }
            entries[id]!.lastUse = clock
            pool.retain(entries[id]!.block)
            blocks.append(entries[id]!.block)
            parent = id
        }
        let part = part(of: tokens[blocks.count * BlockPool.blockTokens..<limit], after: parent)
        return Match(
            blocks: blocks,
            part: part.map { part in
                pool.retain(entries[part.id]!.block)
                return Match.Part(block: entries[part.id]!.block, tokens: part.tokens)
            })
    }

    /// Among the entries that follow `parent`, the one sharing the longest prefix with `tokens`.
    private func part(of tokens: ArraySlice<Int32>, after parent: Int) -> (id: Int, tokens: Int)? {
        var best: (id: Int, tokens: Int)?
        for id in children[parent] ?? [] {
            let count = zip(entries[id]!.key.tokens, tokens).prefix { $0 == $1 }.count
            if count > best?.tokens ?? 0 { best = (id, count) }
        }
        if let best { entries[best.id]!.lastUse = clock }
        return best
    }

    /// Adds a sequence's computed blocks to the cache. Where a block is cached already, the sequence takes that one for
    /// its own, which holds the same data.
    ///
    /// So who holds a cached block holds all that lead to it, and a block that nobody holds can be released, from the
    /// end of its prefix on. With a copy of its own, a sequence would keep what leads to its later blocks in memory
    /// twice; where that is the last there is, it would never be computed.
    ///
    /// - Parameters:
    ///   - blocks: The sequence's blocks, in order.
    ///   - computed: The number of tokens whose keys and values are stored in them.
    ///   - hasEnded: Whether the blocks are final, so that the last can be cached before it is full.
    func insert(_ tokens: [Int32], blocks: inout [Int32], version: Int, computed: Int, hasEnded: Bool = false) {
        clock += 1
        var parent = root(version)
        let whole = wholeBlocks(computed), end = whole.count * BlockPool.blockTokens
        for (index, range) in (hasEnded && end < computed ? whole + [end..<computed] : whole).enumerated() {
            let key = Key(parent: parent, tokens: Array(tokens[range]))
            if let id = ids[key] {
                entries[id]!.lastUse = clock
                share(entries[id]!.block, for: &blocks[index])
                parent = id
                continue
            }
            // A prefix of a cached block can be copied from that block.
            if range.count < BlockPool.blockTokens, part(of: tokens[range], after: parent)?.tokens == range.count {
                continue
            }
            pool.retain(blocks[index])
            children[parent, default: []].insert(nextID)
            entries[nextID] = Entry(key: key, version: version, block: blocks[index], lastUse: clock)
            ids[key] = nextID
            parent = nextID
            nextID += 1
        }
    }

    private func share(_ known: Int32, for block: inout Int32) {
        guard known != block else { return }
        pool.retain(known)
        pool.release(block)
        block = known
    }

    /// Releases everything that belongs to a version; sequences that still use its blocks keep them.
    func forget(version: Int) {
        for (id, entry) in entries where entry.version == version {
            entries[id] = nil
            ids[entry.key] = nil
            children[id] = nil
            pool.release(entry.block)
        }
        children[root(version)] = nil
    }

    /// Releases blocks nothing else holds until `count` are free or none are left to release.
    func makeRoom(for count: Int) {
        while pool.freeCount < count {
            if let next = evictable.popLast() {
                if canRemove(next.id), entries[next.id]!.lastUse == next.lastUse { removeEnd(next.id) }
                continue
            }
            listEvictable()
            if evictable.isEmpty { return }
        }
    }

    /// Removes the last block of a prefix; the new last block goes next unless it was used more recently than others.
    private func removeEnd(_ id: Int) {
        let parent = entries[id]!.key.parent
        remove(id)
        guard canRemove(parent), let lastUse = entries[parent]?.lastUse else { return }
        if lastUse <= evictable.last?.lastUse ?? .max { evictable.append((parent, lastUse)) }
    }

    private func canRemove(_ id: Int) -> Bool {
        guard let entry = entries[id] else { return false }
        return children[id, default: []].isEmpty && pool.referenceCount(entry.block) == 1
    }

    /// Lists evictable entries, so that one sort serves many evictions.
    private func listEvictable() {
        evictable = entries.keys.filter(canRemove).map { ($0, entries[$0]!.lastUse) }
        evictable.sort { ($0.lastUse, $0.id) > ($1.lastUse, $1.id) }
    }

    private func remove(_ id: Int) {
        guard let entry = entries.removeValue(forKey: id) else { return }
        ids[entry.key] = nil
        children[entry.key.parent]?.remove(id)
        if children[entry.key.parent]?.isEmpty == true { children[entry.key.parent] = nil }
        pool.release(entry.block)
    }

    private func root(_ version: Int) -> Int { -version - 1 }

    private func wholeBlocks(_ count: Int) -> [Range<Int>] {
        let width = BlockPool.blockTokens
        return (0..<count / width).map { $0 * width..<($0 + 1) * width }
    }
}
