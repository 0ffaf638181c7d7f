import Policy

/// Key/value memory of one policy's rollouts: which blocks they share, where new ones come from, and when they enter
/// the prefix cache. Engine thread only.
///
/// A block held by several rollouts is copied before one of them writes to it. If no block is free, those held only by
/// the cache are released first; then `evict` stops lower-ranked rollouts until none are left to stop.
struct RolloutMemory {
    /// Stops one rollout, which releases its blocks; returns false if there is none to stop.
    typealias Evict = () -> Bool

    private let pool: BlockPool
    private let cache: PrefixCache
    private static let width = BlockPool.blockTokens

    init(_ policy: HostedPolicy) {
        pool = policy.runtime.pool
        cache = policy.runtime.cache
    }

    /// Releases a rollout's blocks. What it computed is recomputed, bit for bit, when it continues.
    func release(_ rollout: Rollout) {
        for block in rollout.blocks { pool.release(block) }
        rollout.blocks = []
        rollout.computed = 0
    }

    /// Releases the blocks after the prompt's: the response's may be cached and are not written again.
    func releaseResponse(_ rollout: Rollout) {
        rollout.computed = rollout.promptCount
        let kept = (rollout.promptCount + Self.width - 1) / Self.width
        for block in rollout.blocks[kept...] { pool.release(block) }
        rollout.blocks.removeSubrange(kept...)
    }

    // MARK: Shared blocks

    /// Takes the cached part of a rollout's tokens.
    func takeCached(_ rollout: Rollout) {
        let known = cache.match(
            rollout.tokens, version: rollout.request.cacheVersion,
            limit: min(rollout.sharableCount, rollout.cacheableCount))
        rollout.blocks = known.blocks
        rollout.computed = known.blocks.count * Self.width
        guard let part = known.part else { return }
        // No other rollout is stopped for something that can be recomputed.
        cache.makeRoom(for: 1)
        if let copy = pool.allocate(copying: part.block) {
            rollout.blocks.append(copy)
            rollout.computed += part.tokens
        }
        pool.release(part.block)
    }

    /// Shares the blocks a sibling has computed of the common tokens; the last, partly filled one is copied.
    func fork(_ rollout: Rollout, from first: Rollout, evict: Evict) {
        let shared = rollout.siblingCount
        rollout.blocks = Array(first.blocks.prefix(shared / Self.width))
        for block in rollout.blocks { pool.retain(block) }
        if shared % Self.width > 0, let copy = allocate(copying: first.blocks[shared / Self.width], evict) {
            rollout.blocks.append(copy)
            rollout.computed = shared
        } else {
            rollout.computed = shared / Self.width * Self.width
        }
    }

    /// Adds blocks to the cache: the prompt's, and the response's if a later request may continue it.
    ///
    /// - Parameter hasEnded: Whether the rollout writes nothing more.
    func share(_ rollout: Rollout, hasEnded: Bool = false) {
        let computed = rollout.computed
        if !rollout.request.request.keepsResponse, computed > rollout.givenCount { return }
        guard computed % Self.width == 0 || computed == rollout.givenCount || hasEnded else { return }
        cache.insert(
            rollout.tokens, blocks: &rollout.blocks, version: rollout.request.cacheVersion,
            computed: min(computed, rollout.cacheableCount), hasEnded: hasEnded)
    }

    // MARK: New blocks

    /// Makes sure that a rollout has blocks for `tokens` tokens, private where it writes next; false if none can be
    /// had.
    func reserve(_ rollout: Rollout, tokens: Int, evict: Evict) -> Bool {
        while rollout.blocks.count * Self.width < tokens {
            guard let block = allocate(evict) else { return false }
            rollout.blocks.append(block)
        }
        return makePrivate(rollout, block: rollout.computed / Self.width, evict)
    }

    /// Copies the next block to be written if others hold it too.
    private func makePrivate(_ rollout: Rollout, block index: Int, _ evict: Evict) -> Bool {
        let shared = rollout.blocks[index]
        guard pool.referenceCount(shared) > 1 else { return true }
        guard let copy = allocate(copying: shared, evict) else { return false }
        pool.release(shared)
        rollout.blocks[index] = copy
        return true
    }

    private func allocate(copying source: Int32? = nil, _ evict: Evict) -> Int32? {
        if pool.freeCount == 0 { cache.makeRoom(for: 1) }
        while pool.freeCount == 0, evict() { cache.makeRoom(for: 1) }
        // Evicting may have released the source: its contents stay until the block is allocated again.
        return source.map { pool.allocate(copying: $0) } ?? pool.allocate()
    }
}
