import Compute
import ModelFiles
import Policy
import Sampling
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
    private var admission = Admission()
    private var running: [Rollout] = []
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
    var waitingCount: Int { admission.count }

    // MARK: Requests

    /// Takes a request in.
    func add(_ request: RunningRequest) {
        requests[ObjectIdentifier(request.cancellation)] = request
        if request.policy.runtime.isUnloaded { return end([(request, .policyUnloaded(name: request.policy.name))]) }
        if request.cancellation.isCancelled { return end([(request, .cancelled)]) }
        admission.add(request)
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
        admission.remove(request)
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
        memory(rollout).release(rollout)
    }

    private func goes(_ a: Rollout, before b: Rollout) -> Bool { (a.priority, a.arrival) < (b.priority, b.arrival) }

    private func memory(_ rollout: Rollout) -> RolloutMemory { RolloutMemory(rollout.policy) }

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

    private func compute(_ group: VersionGroup) -> Bool {
        let before = requests.count
        let work = watch.hold("the plan of a step") {
            admit(group)
            return plan(group)
        }
        // One that found no memory has ended, and others may have their turn.
        guard !work.isEmpty else { return requests.count < before }
        let runtime = group.policy.runtime
        // Requests are not kept: they hold samplers, which the results change.
        let results = runtime.pass.run(
            weights: work[0].rollout.request.weights, memory: runtime.pool.memory, chunks: work.map(\.chunk),
            requests: work.flatMap(\.requests))
        watch.hold("the results of a step") {
            for (index, chunk) in work.enumerated() { finish(chunk, index, results) }
            running.removeAll { $0.state == .done }
            flush(work)
        }
        return true
    }

    /// Groups with rollouts; each step begins with another one.
    private func groupsInTurn() -> [VersionGroup] {
        var groups: [VersionGroup] = []
        for rollout in running where !rollout.isStalled {
            let group = VersionGroup(rollout.request)
            if groups.last != group, !groups.contains(group) { groups.append(group) }
        }
        groups += admission.groups(apartFrom: groups)
        guard !groups.isEmpty else { return [] }
        turn += 1
        let first = turn % groups.count
        return Array(groups[first...] + groups[..<first])
    }

    // MARK: Admission

    private func admit(_ group: VersionGroup) {
        let runtime = group.policy.runtime
        let active = running.count { $0.policy === group.policy && !$0.isStalled }
        // With nobody left to wait for, there is memory.
        if active == 0 { runtime.memoryIsShort = false }
        let places = configuration.maxSequences - active
        let next = admission.take(group, places: places, includingBatch: !runtime.memoryIsShort)
        for rollout in next {
            start(rollout)
            running.append(rollout)
        }
        if !next.isEmpty { running.sort { goes($0, before: $1) } }
    }

    /// Takes what the cache holds of a rollout. Responses of one request share what the first of them computes; see
    /// `waitsForSibling`.
    private func start(_ rollout: Rollout) {
        assert(rollout.blocks.isEmpty && rollout.computed == 0, "a rollout that waits holds memory")
        rollout.state = .running
        defer { reportStart(rollout) }
        if sibling(of: rollout) == nil { memory(rollout).takeCached(rollout) }
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

    // MARK: Planning

    /// Tokens of one rollout that a step computes.
    private struct Share {
        let rollout: Rollout
        let count: Int
    }

    private func plan(_ group: VersionGroup) -> [ChunkWork] {
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
            memory(rollout).takeCached(rollout)
            return false
        }
        if first.computed < rollout.siblingCount { return true }
        memory(rollout).fork(rollout, from: first) { makeRoom(for: rollout) }
        return false
    }

    /// Makes memory for the next tokens of a rollout, as many as it has left and `limit` allows.
    private func reserve(_ rollout: Rollout, limit: Int) -> Share? {
        guard rollout.state == .running else { return nil }
        let count = min(limit, rollout.tokens.count - rollout.computed, rollout.captureLimit)
        guard memory(rollout).reserve(rollout, tokens: rollout.computed + count, evict: { makeRoom(for: rollout) })
        else {
            stop(rollout)
            return nil
        }
        return Share(rollout: rollout, count: count)
    }

    /// The chunk of a share; nil if there is no memory for its capture, which ends its request.
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

    // MARK: Preemption

    /// Stops a rollout that has to wait for another; false when there is none.
    private func makeRoom(for rollout: Rollout) -> Bool {
        guard let victim = victim(below: rollout) else { return false }
        stop(victim)
        return true
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
        memory(rollout).release(rollout)
        running.removeAll { $0 === rollout }
        admission.putBack(rollout)
    }

    // MARK: Results

    private func finish(_ work: ChunkWork, _ index: Int, _ results: LogitResults) {
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
        memory(rollout).share(rollout)
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

    private func complete(_ rollout: Rollout) {
        if let capture = rollout.capture, capture.needsRecut { return recut(rollout, capture) }
        memory(rollout).share(rollout, hasEnded: true)
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
        memory(rollout).releaseResponse(rollout)
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
