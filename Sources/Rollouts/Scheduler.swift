import Compute
import Policy
import Threads

/// Decides what each step computes, computes it, and hands out what came of it. Engine thread only.
///
/// One step serves one version of one policy: rollouts that decode take a token each, then prompts take chunks of what
/// is left of the token budget; interactive requests before batch ones, earlier before later. Policies and versions
/// with work take turns.
///
/// Rollouts whose events nobody reads are left out. They keep their memory until others need it, and count for nothing
/// where places are given out.
final class Scheduler {
    private let configuration: EngineConfiguration
    /// Requests that have not ended.
    private var requests: [ObjectIdentifier: RunningRequest] = [:]
    /// Responses not yet started, or stopped for want of memory.
    private var waiting: [Group: WaitingLine] = [:]
    private var running: [Rollout] = []
    private var arrivals = 0
    /// Steps taken, to let policies and versions take turns.
    private var turn = 0
    private let watch: HoldWatch
    private let onEnd: (RunningRequest) -> Void

    /// - Parameters:
    ///   - watch: Measures what a step does beside the forward pass.
    ///   - onEnd: Called when a request has ended, before its reader learns of it: who has read the last event may count on
    ///     the place being free.
    init(configuration: EngineConfiguration, watch: HoldWatch, onEnd: @escaping (RunningRequest) -> Void) {
        self.configuration = configuration
        self.watch = watch
        self.onEnd = onEnd
    }

    var isIdle: Bool { requests.isEmpty }
    /// Entries of requests that wait.
    var waitingCount: Int { waiting.values.reduce(0) { $0 + $1.count } }

    // MARK: Requests

    /// Takes a request in; takes as long for one response as for many, however many wait.
    func add(_ request: RunningRequest) {
        requests[ObjectIdentifier(request.cancellation)] = request
        if request.policy.runtime.isUnloaded { return end([(request, .policyUnloaded(name: request.policy.name))]) }
        if request.cancellation.isCancelled { return end([(request, .cancelled)]) }
        request.arrival = arrivals
        arrivals += request.request.count
        waiting[Group(request), default: WaitingLine()].add(request)
    }

    /// Ends requests that were given up. One that is not here has ended, or ends when it comes.
    func cancel(_ cancellations: [Cancellation]) {
        end(cancellations.compactMap { requests[ObjectIdentifier($0)] }.map { ($0, .cancelled) })
    }

    /// Ends the requests for which a reason is given.
    func remove(where reason: (RunningRequest) -> EngineError?) {
        end(requests.values.compactMap { request in reason(request).map { (request, $0) } })
    }

    /// Ends the requests of a policy that is out of service, now and should one still come.
    func unload(_ policy: HostedPolicy) {
        policy.runtime.isUnloaded = true
        remove { $0.policy === policy ? .policyUnloaded(name: policy.name) : nil }
    }

    /// Ends requests before their time, in one pass over what is computed.
    private func end(_ doomed: [(request: RunningRequest, error: EngineError)]) {
        guard !doomed.isEmpty else { return }
        for (request, _) in doomed {
            request.unfinished = 0
            request.responses.removeAll()
            request.policy.runtime.memoryIsShort = false
        }
        for rollout in running where rollout.request.isOver && rollout.state != .done { free(rollout) }
        running.removeAll { $0.state == .done }
        for (request, error) in doomed {
            forget(request)
            request.generation.finish(error)
        }
    }

    /// Lets a request go that has ended.
    private func forget(_ request: RunningRequest) {
        guard requests.removeValue(forKey: ObjectIdentifier(request.cancellation)) != nil else { return }
        waiting[Group(request)]?.remove(request)
        onEnd(request)
    }

    private func retire(_ rollout: Rollout) {
        free(rollout)
        rollout.policy.runtime.memoryIsShort = false
        rollout.request.unfinished -= 1
        if rollout.request.isOver { forget(rollout.request) }
    }

    private func free(_ rollout: Rollout) {
        rollout.state = .done
        release(rollout)
    }

    private func goes(_ a: Rollout, before b: Rollout) -> Bool { (a.priority, a.arrival) < (b.priority, b.arrival) }

    private func release(_ rollout: Rollout) {
        let pool = rollout.policy.runtime.pool
        for block in rollout.blocks { pool.release(block) }
        rollout.blocks = []
        rollout.computed = 0
    }

    // MARK: A step

    /// Computes one step. Returns whether there was anything to do.
    ///
    /// A group may have to wait for places or memory that others hold, so all get the chance before the answer is no.
    func step() -> Bool {
        let groups = groupsInTurn()
        if groups.contains(where: compute) { return true }
        // Each group's first rollout found too little memory and was stopped, which gave back all that rollouts held.
        // What the cache holds is given back as well: then there is room for any one of them.
        for group in groups { group.policy.runtime.cache.makeRoom(for: group.policy.runtime.pool.capacity) }
        return groups.contains(where: compute)
    }

    private func compute(_ group: Group) -> Bool {
        let before = requests.count
        let work = watch.hold("the plan of a step") {
            admit(group)
            return plan(group)
        }
        // One that found no memory has ended, and others may have their turn.
        guard !work.isEmpty else { return requests.count < before }
        let results = StepResults(work)
        let runtime = group.policy.runtime
        results.withReader { read in
            runtime.pass.run(
                weights: work[0].rollout.request.weights, pool: runtime.pool, chunks: work.map(\.chunk), logits: read)
        }
        watch.hold("the results of a step") {
            for (index, chunk) in work.enumerated() { finish(chunk, index, results) }
            running.removeAll { $0.state == .done }
            flush(work)
        }
        return true
    }

    /// Rollouts of one version of one policy.
    private struct Group: Hashable {
        let policy: HostedPolicy
        let version: Int

        init(_ request: RunningRequest) {
            policy = request.policy
            version = request.version
        }

        static func == (a: Group, b: Group) -> Bool { a.policy === b.policy && a.version == b.version }

        func hash(into hasher: inout Hasher) {
            hasher.combine(ObjectIdentifier(policy))
            hasher.combine(version)
        }

        func holds(_ rollout: Rollout) -> Bool {
            rollout.policy === policy && rollout.request.version == version
        }
    }

    /// Groups with rollouts; each step begins with another one.
    private func groupsInTurn() -> [Group] {
        var groups: [Group] = []
        for rollout in running where !rollout.isStalled {
            let group = Group(rollout.request)
            if groups.last != group, !groups.contains(group) { groups.append(group) }
        }
        groups += groupsThatWait(apartFrom: groups)
        guard !groups.isEmpty else { return [] }
        turn += 1
        let first = turn % groups.count
        return Array(groups[first...] + groups[..<first])
    }

    /// Groups of which nothing is computed, in the order of what comes first in each.
    private func groupsThatWait(apartFrom others: [Group]) -> [Group] {
        let first = waiting.compactMap { group, line in
            others.contains(group) ? nil : line.firstReady.map { (group, $0.request.priority, $0.arrival) }
        }
        return first.sorted { ($0.1, $0.2) < ($1.1, $1.2) }.map(\.0)
    }

    // MARK: Admission

    private func admit(_ group: Group) {
        let runtime = group.policy.runtime
        let active = running.count { $0.policy === group.policy && !$0.isStalled }
        // With nobody left to wait for, there is memory.
        if active == 0 { runtime.memoryIsShort = false }
        let places = configuration.maxSequences - active
        let next = waiting[group]?.take(places, includingBatch: !runtime.memoryIsShort) ?? []
        for rollout in next {
            start(rollout)
            running.append(rollout)
        }
        if !next.isEmpty { running.sort { goes($0, before: $1) } }
        if waiting[group]?.count == 0 { waiting[group] = nil }
    }

    /// Takes what the cache holds of a rollout. Responses of one request share what the first of them computes; see
    /// `waitsForSibling`.
    private func start(_ rollout: Rollout) {
        assert(rollout.blocks.isEmpty && rollout.computed == 0, "a rollout that waits holds memory")
        rollout.state = .running
        defer { reportStart(rollout) }
        if sibling(of: rollout) == nil { takeCached(rollout) }
    }

    private func takeCached(_ rollout: Rollout) {
        let runtime = rollout.policy.runtime
        let known = runtime.cache.match(
            rollout.tokens, version: rollout.request.version,
            limit: min(rollout.sharableCount, rollout.cacheableCount))
        rollout.blocks = known.blocks
        rollout.computed = known.blocks.count * BlockPool.blockTokens
        guard let part = known.part else { return }
        // No other rollout is stopped for what can be computed again.
        runtime.cache.makeRoom(for: 1)
        if let copy = runtime.pool.allocate() {
            runtime.pool.copy(part.block, to: copy)
            rollout.blocks.append(copy)
            rollout.computed += part.tokens
        }
        runtime.pool.release(part.block)
    }

    private func reportStart(_ rollout: Rollout) {
        guard !rollout.request.started else { return }
        rollout.request.started = true
        rollout.request.events.append(
            .started(version: rollout.request.version, cachedTokens: rollout.computed))
    }

    private func sibling(of rollout: Rollout) -> Rollout? {
        running.first { $0.request === rollout.request && $0.index < rollout.index }
    }

    /// Shares the blocks of a sibling that has computed what the two have in common; the last, partly filled one is copied.
    private func fork(_ rollout: Rollout, from first: Rollout) {
        let pool = rollout.policy.runtime.pool, width = BlockPool.blockTokens
        let shared = rollout.siblingCount
        rollout.blocks = Array(first.blocks.prefix(shared / width))
        for block in rollout.blocks { pool.retain(block) }
        if shared % width > 0, let copy = allocate(for: rollout) {
            pool.copy(first.blocks[shared / width], to: copy)
            rollout.blocks.append(copy)
            rollout.computed = shared
        } else {
            rollout.computed = shared / width * width
        }
    }

    // MARK: Planning

    /// Tokens of one rollout that a step computes.
    private struct Share {
        let rollout: Rollout
        let count: Int
    }

    private func plan(_ group: Group) -> [ChunkWork] {
        let members = running.filter { group.holds($0) && !$0.isStalled }
        let decodes = members.filter(\.isDecoding)
            .prefix(group.policy.runtime.pass.maxRows).compactMap { reserve($0, limit: 1) }
        // Decoding leaves prompts at least an eighth of a step, or they would never start.
        var left = max(configuration.stepTokens - decodes.count, configuration.stepTokens / 8, 1)
        left = min(left, group.policy.runtime.pass.maxRows - decodes.count)
        var prompts: [Share] = []
        for rollout in members where !rollout.isDecoding && left > 0 {
            // One that was stopped for another's memory a moment ago must not take some again.
            guard rollout.state == .running, !waitsForSibling(rollout), let share = reserve(rollout, limit: left)
            else { continue }
            prompts.append(share)
            left -= share.count
        }
        // Memory for one may have been taken from another that was planned before.
        let work = (decodes + prompts).filter { $0.rollout.state == .running }.compactMap(work)
        return work.filter { $0.rollout.state == .running }
    }

    /// Responses of one request wait until the first of them has computed what they share, then share it.
    private func waitsForSibling(_ rollout: Rollout) -> Bool {
        guard rollout.index > 0, rollout.computed == 0, rollout.siblingCount > 0 else { return false }
        guard let first = sibling(of: rollout), first.finish == nil else {
            // That one ended before anything could be shared; the cache knows what it computed.
            takeCached(rollout)
            return false
        }
        if first.computed < rollout.siblingCount { return true }
        fork(rollout, from: first)
        return false
    }

    /// Makes memory for the next tokens of a rollout, as many as it has left and `limit` allows.
    private func reserve(_ rollout: Rollout, limit: Int) -> Share? {
        guard rollout.state == .running else { return nil }
        let count = min(limit, rollout.tokens.count - rollout.computed, rollout.captureLimit)
        guard reserve(rollout, tokens: rollout.computed + count) else { return nil }
        return Share(rollout: rollout, count: count)
    }

    /// What a share computes; nil when there is no memory for what it captures, which ends its request.
    private func work(_ share: Share) -> ChunkWork? {
        let rollout = share.rollout, first = rollout.computed
        let tokens = rollout.tokens[first..<first + share.count]
        let capture = rollout.capture.flatMap { $0.folds(first..<first + share.count) ? $0 : nil }
        let closed: [Range<Int>]
        do throws(MemoryError) {
            closed = try capture?.prepare(first: first, tokens: tokens) ?? []
        } catch {
            end([(rollout.request, .outOfMemory(error))])
            return nil
        }
        return ChunkWork(
            rollout: rollout,
            chunk: ForwardChunk(
                tokens: Array(tokens), first: first, blocks: rollout.blocks,
                logitRows: rollout.logitRows(first: first, count: share.count), capture: capture?.buffer,
                hidden: rollout.request.request.hidden),
            closed: closed)
    }

    // MARK: Memory

    /// Makes sure that a rollout has private blocks for `tokens` tokens; stops other rollouts, or this one, if not.
    private func reserve(_ rollout: Rollout, tokens: Int) -> Bool {
        let width = BlockPool.blockTokens
        while rollout.blocks.count * width < tokens {
            guard let block = allocate(for: rollout) else {
                stop(rollout)
                return false
            }
            rollout.blocks.append(block)
        }
        return makePrivate(rollout, block: rollout.computed / width)
    }

    /// Copies the block that is written next if others hold it too.
    private func makePrivate(_ rollout: Rollout, block index: Int) -> Bool {
        let pool = rollout.policy.runtime.pool
        let shared = rollout.blocks[index]
        guard pool.referenceCount(shared) > 1 else { return true }
        guard let copy = allocate(for: rollout) else {
            stop(rollout)
            return false
        }
        pool.copy(shared, to: copy)
        pool.release(shared)
        rollout.blocks[index] = copy
        return true
    }

    /// A free block: from the pool, from the cache, or from a rollout that has to wait for it.
    private func allocate(for rollout: Rollout) -> Int32? {
        let runtime = rollout.policy.runtime
        if let block = runtime.pool.allocate() { return block }
        runtime.cache.makeRoom(for: 1)
        while runtime.pool.freeCount == 0, let victim = victim(below: rollout) {
            stop(victim)
            runtime.cache.makeRoom(for: 1)
        }
        return runtime.pool.allocate()
    }

    /// The rollout that waits best: one that is stalled, else that of lowest priority and latest arrival, after
    /// `rollout`.
    private func victim(below rollout: Rollout) -> Rollout? {
        let others = running.filter { $0.policy === rollout.policy && $0 !== rollout && !$0.blocks.isEmpty }
        return others.last(where: \.isStalled) ?? others.last { goes(rollout, before: $0) }
    }

    /// Takes a running rollout's memory; it is computed again, to the same bits, when there is room.
    private func stop(_ rollout: Rollout) {
        rollout.state = .waiting
        rollout.policy.runtime.memoryIsShort = true
        release(rollout)
        running.removeAll { $0 === rollout }
        waiting[Group(rollout.request), default: WaitingLine()].putBack(rollout)
    }

    // MARK: Results

    private func finish(_ work: ChunkWork, _ index: Int, _ results: StepResults) {
        let rollout = work.rollout
        let request = rollout.request
        guard rollout.state == .running else { return }
        if let error = results.error(index) { return fail(rollout, error) }
        let end = work.chunk.first + work.chunk.tokens.count
        rollout.computed = end
        rollout.computedInAll += work.chunk.tokens.count
        collectCapture(work, end)
        let given = rollout.readGiven(upTo: end + 1) {
            results.statistics(index, row: $0 - 1 - work.chunk.first)
        }
        if let given { request.events.append(.echoed(given)) }
        shareBlocks(rollout)
        guard end == rollout.tokens.count else { return }
        if let token = results.draw(index) {
            let run = rollout.append(token, detail: results.statistics(index, row: end - 1 - work.chunk.first))
            request.events.append(.tokens(index: rollout.index, run))
            // The last token's own attention belongs to the trace: one more pass, without a draw.
            if rollout.finish != nil, rollout.capture == nil { complete(rollout) }
        } else {
            if rollout.finish == nil { rollout.finishGiven() }
            complete(rollout)
        }
    }

    private func collectCapture(_ work: ChunkWork, _ end: Int) {
        guard work.chunk.capture != nil, let capture = work.rollout.capture else { return }
        capture.collect(work.closed, computed: end) {
            work.rollout.request.events.append(.stepClosed(index: work.rollout.index, $0))
        }
    }

    /// Makes blocks known to the cache: those of the prompt, and of the response where somebody may go on from it.
    ///
    /// - Parameter hasEnded: Whether the rollout writes nothing more.
    private func shareBlocks(_ rollout: Rollout, hasEnded: Bool = false) {
        let computed = rollout.computed
        if !rollout.request.request.keepsResponse, computed > rollout.givenCount { return }
        guard computed % BlockPool.blockTokens == 0 || computed == rollout.givenCount || hasEnded else { return }
        rollout.policy.runtime.cache.insert(
            rollout.tokens, blocks: rollout.blocks, version: rollout.request.version,
            computed: min(computed, rollout.cacheableCount), hasEnded: hasEnded)
    }

    private func complete(_ rollout: Rollout) {
        if let capture = rollout.capture, capture.needsRecut { return recut(rollout, capture) }
        shareBlocks(rollout, hasEnded: true)
        let request = rollout.request
        let trace = rollout.capture?.finish {
            request.events.append(.stepClosed(index: rollout.index, $0))
        }
        request.events.append(
            .finished(
                index: rollout.index,
                FinishedResponse(
                    reason: rollout.finish ?? .length, completionTokens: rollout.drawnCount,
                    version: request.version, computedTokens: rollout.computedInAll, trace: trace)))
        retire(rollout)
    }

    /// The response turned out to be cut by another separator: its tokens are computed again with the right one. Their
    /// keys and values come out as they are.
    private func recut(_ rollout: Rollout, _ capture: SequenceCapture) {
        rollout.capture = capture.restarted()
        rollout.computed = rollout.promptCount
        // The response's blocks may be known to the cache by now: they are not written again.
        let kept = (rollout.promptCount + BlockPool.blockTokens - 1) / BlockPool.blockTokens
        for block in rollout.blocks[kept...] { rollout.policy.runtime.pool.release(block) }
        rollout.blocks.removeSubrange(kept...)
    }

    private func fail(_ rollout: Rollout, _ error: SamplingError) {
        let failed = rollout.request
        end([(failed, .notComputable(policy: rollout.policy.name, reason: error.description))])
    }

    private func flush(_ work: [ChunkWork]) {
        var last: RunningRequest?
        for request in work.map(\.rollout.request) where request !== last {
            request.flush()
            if request.unfinished == 0 { request.generation.finish() }
            last = request
        }
    }
}
