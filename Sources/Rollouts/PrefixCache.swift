import Policy

/// Key/value blocks by the tokens that lead to them, so that a beginning seen before is not computed again.
///
/// A block is found by the block before it and its own tokens, compared in full: no two prefixes are ever taken for each
/// other. Blocks that 64 tokens fill are shared as they are; of any block, the beginning can be copied. Entries belong to
/// one version of the weights. The cache holds a reference on every block it knows; blocks that nobody else holds are given
/// back when memory is short, least recently used first, ends of prefixes before their beginnings. Engine thread only.
final class PrefixCache {
    private struct Key: Hashable {
        /// The entry of the block before; -version - 1 for the first block of a prefix.
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
    /// Entries by the one before them.
    private var children: [Int: Set<Int>] = [:]
    private var nextID = 0
    private var clock = 0
    /// Ends of prefixes that could go when they were listed, least recently used last.
    private var evictable: [(id: Int, lastUse: Int)] = []

    init(pool: BlockPool) { self.pool = pool }

    /// Blocks the cache holds, in use or not.
    var count: Int { entries.count }

    /// What is known of a sequence's beginning.
    struct Match: Equatable {
        /// Blocks to share.
        var blocks: [Int32] = []
        /// A further block to copy, and of how many tokens it holds keys and values.
        var part: Part?

        struct Part: Equatable {
            let block: Int32
            let tokens: Int
        }
    }

    /// The longest known beginning of `tokens`; each block with a reference for the caller.
    ///
    /// - Parameter limit: Tokens that may be taken from the cache at most.
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

    /// The entry that begins with most of some tokens, among those that follow a prefix.
    private func part(of tokens: ArraySlice<Int32>, after parent: Int) -> (id: Int, tokens: Int)? {
        var best: (id: Int, tokens: Int)?
        for id in children[parent] ?? [] {
            let count = zip(entries[id]!.key.tokens, tokens).prefix { $0 == $1 }.count
            if count > best?.tokens ?? 0 { best = (id, count) }
        }
        if let best { entries[best.id]!.lastUse = clock }
        return best
    }

    /// Makes a sequence's computed blocks known. Of a prefix that is known already one copy stays.
    ///
    /// - Parameters:
    ///   - blocks: The sequence's blocks, in order.
    ///   - computed: Tokens whose keys and values are stored in them.
    ///   - hasEnded: Whether nothing more is written to them, so that the last can be known before it is full.
    func insert(_ tokens: [Int32], blocks: [Int32], version: Int, computed: Int, hasEnded: Bool = false) {
        clock += 1
        var parent = root(version)
        let whole = wholeBlocks(computed), end = whole.count * BlockPool.blockTokens
        for (index, range) in (hasEnded && end < computed ? whole + [end..<computed] : whole).enumerated() {
            let key = Key(parent: parent, tokens: Array(tokens[range]))
            if let id = ids[key] {
                entries[id]!.lastUse = clock
                adopt(blocks[index], into: id)
                parent = id
                continue
            }
            // What begins a block that is known can be copied from that one.
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

    /// Keeps a sequence's own copy of a known block instead of one that nobody uses. The two hold the same, and a
    /// prefix whose end is in use cannot be given back: without this, the sequence would take its memory twice.
    private func adopt(_ block: Int32, into id: Int) {
        let known = entries[id]!.block
        guard known != block, pool.referenceCount(known) == 1 else { return }
        pool.retain(block)
        entries[id]!.block = block
        pool.release(known)
    }

    /// Gives back everything that belongs to a version; sequences that still use its blocks keep them.
    func forget(version: Int) {
        for (id, entry) in entries where entry.version == version {
            entries[id] = nil
            ids[entry.key] = nil
            children[id] = nil
            pool.release(entry.block)
        }
        children[root(version)] = nil
    }

    /// Gives back blocks nobody else holds until `count` are free, as far as there are such.
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

    /// Removes the end of a prefix; what it leaves as the end goes next, when it was not used later than others.
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

    /// Lists what can go, so that the entries are sorted once for many blocks that are given back.
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
