import Compute
import Policy

/// Decides what each step computes, computes it, and hands out what came of it. Engine thread only.
///
/// One step serves one version of one policy: sequences that decode take a token each, then prompts take chunks of what
/// is left of the token budget; interactive requests before batch ones, earlier before later. Policies and versions
/// with work take turns.
final class Scheduler {
    private let configuration: EngineConfiguration
    /// Not yet started, or stopped for want of memory; in order of priority and arrival.
    private var waiting: [Sequence] = []
    private var running: [Sequence] = []
    private var arrivals = 0
    /// Steps taken, to let policies and versions take turns.
    private var turn = 0
    private var ended = 0
    /// A sequence was stopped for want of memory and none has ended since: batch sequences wait rather than start,
    /// only to be stopped themselves.
    private var memoryIsShort = false

    init(configuration: EngineConfiguration) { self.configuration = configuration }

    var isIdle: Bool { waiting.isEmpty && running.isEmpty }
    /// Sequences that are computed or wait for it.
    var sequenceCount: Int { waiting.count + running.count }

    // MARK: Requests

    func add(_ request: RunningRequest) {
        for index in 0..<request.request.count {
            enqueue(Sequence(request: request, index: index, arrival: arrivals))
            arrivals += 1
        }
    }

    /// Frees the sequences of requests that were given up, and of unloaded policies.
    func remove(where isDoomed: (RunningRequest) -> EngineError?) {
        for sequence in waiting + running {
            // Asked once: the answer may change meanwhile.
            guard let error = isDoomed(sequence.request) else { continue }
            retire(sequence)
            sequence.request.generation.finish(error)
        }
        waiting.removeAll { $0.state == .done }
        running.removeAll { $0.state == .done }
    }

    /// Requests that have ended since this was asked last.
    func takeEnded() -> Int {
        defer { ended = 0 }
        return ended
    }

    private func retire(_ sequence: Sequence) {
        sequence.state = .done
        sequence.request.unfinished -= 1
        if sequence.request.unfinished == 0 { ended += 1 }
        memoryIsShort = false
        release(sequence)
    }

    private func enqueue(_ sequence: Sequence) {
        let index = waiting.firstIndex { goes(sequence, before: $0) } ?? waiting.count
        waiting.insert(sequence, at: index)
    }

    private func goes(_ a: Sequence, before b: Sequence) -> Bool { (a.priority, a.arrival) < (b.priority, b.arrival) }

    private func release(_ sequence: Sequence) {
        let pool = sequence.policy.runtime.pool
        for block in sequence.blocks { pool.release(block) }
        sequence.blocks = []
        sequence.computed = 0
    }

    // MARK: A step

    /// Computes one step. Returns whether there was anything to do.
    func step() -> Bool {
        guard let group = nextGroup() else { return false }
        admit(group)
        let work = plan(group)
        guard !work.isEmpty else { return false }
        let results = StepResults(work)
        let runtime = group.policy.runtime
        results.withReader { read in
            runtime.pass.run(
                weights: work[0].sequence.request.weights, pool: runtime.pool, chunks: work.map(\.chunk), logits: read)
        }
        for (index, chunk) in work.enumerated() { finish(chunk, index, results) }
        running.removeAll { $0.state == .done }
        flush(work)
        return true
    }

    /// Sequences of one version of one policy.
    private struct Group: Hashable {
        let policy: HostedPolicy
        let version: Int

        static func == (a: Group, b: Group) -> Bool { a.policy === b.policy && a.version == b.version }

        func hash(into hasher: inout Hasher) {
            hasher.combine(ObjectIdentifier(policy))
            hasher.combine(version)
        }

        func holds(_ sequence: Sequence) -> Bool {
            sequence.policy === policy && sequence.request.version == version
        }
    }

    private func nextGroup() -> Group? {
        var groups: [Group] = []
        for sequence in running + waiting {
            let group = Group(policy: sequence.policy, version: sequence.request.version)
            if groups.last != group, !groups.contains(group) { groups.append(group) }
        }
        guard !groups.isEmpty else { return nil }
        turn += 1
        return groups[turn % groups.count]
    }

    // MARK: Admission

    private func admit(_ group: Group) {
        var slots = configuration.maxSequences - running.count { $0.policy === group.policy }
        for sequence in waiting where group.holds(sequence) && slots > 0 {
            if memoryIsShort, sequence.priority == .batch { continue }
            start(sequence)
            running.append(sequence)
            slots -= 1
        }
        waiting.removeAll { $0.state != .waiting }
        running.sort { goes($0, before: $1) }
    }

    /// Takes what the cache holds of a sequence. Responses of one request share the prompt that the first of them
    /// computes; see `waitsForSibling`.
    private func start(_ sequence: Sequence) {
        sequence.state = .running
        defer { reportStart(sequence) }
        guard sibling(of: sequence) == nil else { return }
        sequence.blocks = sequence.policy.runtime.cache.match(
            sequence.tokens, version: sequence.request.version, limit: sequence.sharableCount)
        sequence.computed = sequence.blocks.count * BlockPool.blockTokens
    }

    private func reportStart(_ sequence: Sequence) {
        guard !sequence.request.started else { return }
        sequence.request.started = true
        sequence.request.events.append(
            .started(version: sequence.request.version, cachedTokens: sequence.computed))
    }

    private func sibling(of sequence: Sequence) -> Sequence? {
        running.first { $0.request === sequence.request && $0.index < sequence.index }
    }

    /// Shares the blocks of a sibling that has computed the prompt; the last, partly filled one is copied.
    private func fork(_ sequence: Sequence, from first: Sequence) {
        let pool = sequence.policy.runtime.pool, width = BlockPool.blockTokens
        let shared = min(sequence.promptCount - 1, sequence.sharableCount, first.computed)
        sequence.blocks = Array(first.blocks.prefix(shared / width))
        for block in sequence.blocks { pool.retain(block) }
        if shared % width > 0, let copy = allocate(for: sequence) {
            pool.copy(first.blocks[shared / width], to: copy)
            sequence.blocks.append(copy)
            sequence.computed = shared
        } else {
            sequence.computed = shared / width * width
        }
    }

    // MARK: Planning

    /// Tokens of one sequence that a step computes.
    private struct Share {
        let sequence: Sequence
        let count: Int
    }

    private func plan(_ group: Group) -> [ChunkWork] {
        let members = running.filter(group.holds)
        let decodes = members.filter(\.isDecoding)
            .prefix(group.policy.runtime.pass.maxRows).compactMap { reserve($0, limit: 1) }
        // Decoding leaves prompts at least an eighth of a step, or they would never start.
        var left = max(configuration.stepTokens - decodes.count, configuration.stepTokens / 8)
        left = min(left, group.policy.runtime.pass.maxRows - decodes.count)
        var prompts: [Share] = []
        for sequence in members where !sequence.isDecoding && left > 0 && !waitsForSibling(sequence) {
            guard let share = reserve(sequence, limit: left) else { continue }
            prompts.append(share)
            left -= share.count
        }
        // Memory for one may have been taken from another that was planned before.
        return (decodes + prompts).filter { $0.sequence.state == .running }.map(work)
    }

    /// Responses of one request wait until the first of them has computed the prompt, then share it.
    private func waitsForSibling(_ sequence: Sequence) -> Bool {
        guard sequence.index > 0, sequence.computed == 0, sequence.promptCount > 1,
            let first = sibling(of: sequence), first.finish == nil
        else { return false }
        if first.computed < sequence.promptCount - 1 { return true }
        fork(sequence, from: first)
        return false
    }

    /// Makes memory for the next tokens of a sequence, as many as it has left and `limit` allows.
    private func reserve(_ sequence: Sequence, limit: Int) -> Share? {
        guard sequence.state == .running else { return nil }
        let count = min(limit, sequence.tokens.count - sequence.computed, sequence.captureLimit)
        guard reserve(sequence, tokens: sequence.computed + count) else { return nil }
        return Share(sequence: sequence, count: count)
    }

    private func work(_ share: Share) -> ChunkWork {
        let sequence = share.sequence, first = sequence.computed
        let tokens = sequence.tokens[first..<first + share.count]
        let capture = sequence.capture.flatMap { $0.folds(first..<first + share.count) ? $0 : nil }
        let closed = capture?.prepare(first: first, tokens: tokens) ?? []
        return ChunkWork(
            sequence: sequence,
            chunk: ForwardChunk(
                tokens: Array(tokens), first: first, blocks: sequence.blocks,
                logitRows: sequence.logitRows(first: first, count: share.count), capture: capture?.buffer),
            closed: closed)
    }

    // MARK: Memory

    /// Makes sure that a sequence has private blocks for `tokens` tokens; stops other sequences, or this one, if not.
    private func reserve(_ sequence: Sequence, tokens: Int) -> Bool {
        let width = BlockPool.blockTokens
        while sequence.blocks.count * width < tokens {
            guard let block = allocate(for: sequence) else {
                stop(sequence)
                return false
            }
            sequence.blocks.append(block)
        }
        return makePrivate(sequence, block: sequence.computed / width)
    }

    /// Copies the block that is written next if others hold it too.
    private func makePrivate(_ sequence: Sequence, block index: Int) -> Bool {
        let pool = sequence.policy.runtime.pool
        let shared = sequence.blocks[index]
        guard pool.referenceCount(shared) > 1 else { return true }
        guard let copy = allocate(for: sequence) else {
            stop(sequence)
            return false
        }
        pool.copy(shared, to: copy)
        pool.release(shared)
        sequence.blocks[index] = copy
        return true
    }

    /// A free block: from the pool, from the cache, or from a sequence that has to wait for it.
    private func allocate(for sequence: Sequence) -> Int32? {
        let runtime = sequence.policy.runtime
        if let block = runtime.pool.allocate() { return block }
        runtime.cache.makeRoom(for: 1)
        while runtime.pool.freeCount == 0, let victim = victim(below: sequence) {
            stop(victim)
            runtime.cache.makeRoom(for: 1)
        }
        return runtime.pool.allocate()
    }

    /// The sequence that waits best: lowest priority, latest arrival, and after `sequence`.
    private func victim(below sequence: Sequence) -> Sequence? {
        running.last {
            $0.policy === sequence.policy && $0 !== sequence && !$0.blocks.isEmpty && goes(sequence, before: $0)
        }
    }

    /// Takes a running sequence's memory; it is computed again, to the same bits, when there is room.
    private func stop(_ sequence: Sequence) {
        sequence.state = .waiting
        memoryIsShort = true
        release(sequence)
        running.removeAll { $0 === sequence }
        enqueue(sequence)
    }

    // MARK: Results

    private func finish(_ work: ChunkWork, _ index: Int, _ results: StepResults) {
        let sequence = work.sequence
        let request = sequence.request
        guard sequence.state == .running else { return }
        if let error = results.error(index) { return fail(sequence, error) }
        let end = work.chunk.first + work.chunk.tokens.count
        sequence.computed = end
        collectCapture(work, end)
        let given = sequence.readGiven(upTo: end + 1) {
            results.statistics(index, row: $0 - 1 - work.chunk.first)
        }
        if let given { request.events.append(.echoed(given)) }
        shareBlocks(sequence)
        guard end == sequence.tokens.count else { return }
        if let token = results.draw(index) {
            let run = sequence.append(token, detail: results.statistics(index, row: end - 1 - work.chunk.first))
            request.events.append(.tokens(index: sequence.index, run))
            // The last token's own attention belongs to the trace: one more pass, without a draw.
            if sequence.finish != nil, sequence.capture == nil { complete(sequence) }
        } else {
            if sequence.finish == nil { sequence.finishGiven() }
            complete(sequence)
        }
    }

    private func collectCapture(_ work: ChunkWork, _ end: Int) {
        guard work.chunk.capture != nil, let capture = work.sequence.capture else { return }
        capture.collect(work.closed, computed: end) {
            work.sequence.request.events.append(.stepClosed(index: work.sequence.index, $0))
        }
    }

    /// Makes full blocks known to the cache.
    private func shareBlocks(_ sequence: Sequence) {
        let computed = sequence.computed
        guard computed % BlockPool.blockTokens == 0 || computed == sequence.givenCount else { return }
        sequence.policy.runtime.cache.insert(
            sequence.tokens, blocks: sequence.blocks, version: sequence.request.version, computed: computed)
    }

    private func complete(_ sequence: Sequence) {
        if let capture = sequence.capture, capture.needsRecut { return recut(sequence, capture) }
        let request = sequence.request
        let trace = sequence.capture?.finish {
            request.events.append(.stepClosed(index: sequence.index, $0))
        }
        request.events.append(
            .finished(
                index: sequence.index,
                FinishedResponse(
                    reason: sequence.finish ?? .length, completionTokens: sequence.drawnCount,
                    version: request.version, trace: trace)))
        retire(sequence)
    }

    /// The response turned out to be cut by another separator: its tokens are computed again with the right one. Their
    /// keys and values come out as they are.
    private func recut(_ sequence: Sequence, _ capture: SequenceCapture) {
        sequence.capture = capture.restarted()
        sequence.computed = sequence.promptCount
        // The response's blocks may be known to the cache by now: they are not written again.
        let kept = (sequence.promptCount + BlockPool.blockTokens - 1) / BlockPool.blockTokens
        for block in sequence.blocks[kept...] { sequence.policy.runtime.pool.release(block) }
        sequence.blocks.removeSubrange(kept...)
    }

    private func fail(_ sequence: Sequence, _ error: SamplingError) {
        let failed = sequence.request
        failed.generation.finish(.notComputable(policy: sequence.policy.name, reason: error.description))
        remove { $0 === failed ? .cancelled : nil }
    }

    private func flush(_ work: [ChunkWork]) {
        var last: RunningRequest?
        for request in work.map(\.sequence.request) where request !== last {
            request.flush()
            if request.unfinished == 0 { request.generation.finish() }
            last = request
        }
    }
}
