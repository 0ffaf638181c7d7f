import Compute
import CoreMetrics
import Guarding
import ModelFiles
import Policy
import Sampling
import Threads

/// Decides what each step computes, computes it, and distributes the results. Engine thread only.
///
/// One step serves one version of one policy, and adapters on it: decoding rollouts take a token each, then prompts take
/// chunks of the remaining token budget; interactive requests go before batch ones, earlier before later. Policies and
/// versions with work take turns.
///
/// Rollouts whose events go unread are left out. They keep their memory until others need it, and do not count when
/// places are allocated.
final class Scheduler {
    private let configuration: EngineConfiguration
    /// Requests that have not ended.
    private var requests: [ObjectIdentifier: RunningRequest] = [:]
    private var admission = Admission()
    private(set) var running: [Rollout] = []
    /// The running rollouts that were not stalled when the step began, or later when some were admitted. Asking each takes
    /// a lock, and there are hundreds.
    private var active: [Rollout] = []
    /// Whether a rollout in `running` is done.
    private var hasDone = false
    var claims = ClaimBook()
    private var shares = StepShares([])
    private var captures: CaptureLedger
    /// Steps begun.
    private var turn = 0
    /// When the last step ended.
    private var lastEnd = ContinuousClock.now
    /// Policies and versions with work; the one that has waited longest for a step comes first.
    private var rotation: [VersionGroup] = []
    private let watch: HoldWatch
    private let now: () -> ContinuousClock.Instant
    private let onEnd: (RunningRequest) -> Void
    private var load = LoadReport()
    /// Whether waiting responses are admitted.
    var beginsResponses = true

    /// - Parameters:
    ///   - watch: Measures what a step does apart from the forward pass.
    ///   - now: What steps are timed by.
    ///   - onEnd: Called when a request has ended, before its reader learns of it, so a reader that has seen the last
    ///     event can rely on the place being free.
    init(
        configuration: EngineConfiguration, watch: HoldWatch, now: @escaping () -> ContinuousClock.Instant = { .now },
        onEnd: @escaping (RunningRequest) -> Void
    ) {
        self.configuration = configuration
        captures = CaptureLedger(limit: configuration.captureBytes)
        self.watch = watch
        self.now = now
        self.onEnd = onEnd
    }

    var isIdle: Bool { requests.isEmpty }
    /// Bytes of the captures of all responses that have begun, running or stopped.
    var captureBytes: Int { captures.bytes }
    /// Whether any running response would be computed in the next step.
    var isComputing: Bool { running.contains { !$0.isStalled } }
    /// The number of waiting request entries.
    var waitingCount: Int { admission.count }

    // MARK: Requests

    /// Adds a request.
    func add(_ request: RunningRequest) {
        requests[ObjectIdentifier(request.cancellation)] = request
        if request.policy.isUnloaded.withLock({ $0 }) {
            return end([(request, .policyUnloaded(name: request.policy.name))])
        }
        if request.cancellation.isCancelled { return end([(request, .cancelled)]) }
        request.claim = claims.begin(Claim(request), at: now())
        admission.add(request)
    }

    /// Ends requests that were given up. One not found here has either ended or will be ended on arrival.
    func cancel(_ cancellations: [Cancellation]) {
        end(cancellations.compactMap { requests[ObjectIdentifier($0)] }.map { ($0, .cancelled) })
    }

    /// Ends the requests for which `reason` returns an error.
    func remove(where reason: (RunningRequest) -> EngineError?) {
        end(requests.values.compactMap { request in reason(request).map { (request, $0) } })
    }

    /// Ends the requests of a policy that is out of service, including any that still arrive.
    func unload(_ policy: HostedPolicy) {
        policy.isUnloaded.withLock { $0 = true }
        rotation.removeAll { $0.policy === policy }
        remove { $0.policy === policy ? .policyUnloaded(name: policy.name) : nil }
        for version in policy.loadedVersions { policy.runtime.cache.forget(version: policy.cacheVersion(version)) }
    }

    /// Ends requests early, in one pass over the running rollouts.
    private func end(_ doomed: [(request: RunningRequest, error: EngineError)]) {
        guard !doomed.isEmpty else { return }
        for (request, _) in doomed {
            request.policy.metrics.gaveUp(request.unfinished)
            request.unfinished = 0
            for rollout in request.responses.removeAll() { free(rollout) }
            request.policy.runtime.memoryIsShort = false
        }
        for rollout in running where rollout.request.isOver && rollout.state != .done { free(rollout) }
        sweep()
        for (request, error) in doomed {
            forget(request)
            request.generation.finish(error)
        }
    }

    /// Forgets a request that has ended.
    private func forget(_ request: RunningRequest) {
        guard requests.removeValue(forKey: ObjectIdentifier(request.cancellation)) != nil else { return }
        admission.remove(request)
        if request.claim != nil { claims.end(Claim(request), hadBegun: request.started, at: now()) }
        onEnd(request)
    }

    private func retire(_ rollout: Rollout) {
        free(rollout)
        rollout.policy.runtime.memoryIsShort = false
        rollout.request.unfinished -= 1
        if rollout.request.isOver { forget(rollout.request) }
    }

    private func sweep() {
        guard hasDone else { return }
        hasDone = false
        running.removeAll { $0.state == .done }
        active.removeAll { $0.state == .done }
    }

    private func free(_ rollout: Rollout) {
        rollout.state = .done
        hasDone = true
        rollout.request.drawnTokens += rollout.drawnCount
        captures.count(rollout, bytes: 0)
        memory(rollout).release(rollout)
    }

    /// Of any two, one goes before the other: otherwise each could keep the memory that the other needs.
    private func goes(_ a: Rollout, before b: Rollout) -> Bool {
        (a.priority, a.arrival, a.request.number) < (b.priority, b.arrival, b.request.number)
    }

    private func memory(_ rollout: Rollout) -> RolloutMemory { RolloutMemory(rollout.policy) }

    // MARK: A step

    /// Computes one step. Returns whether there was anything to do.
    ///
    /// A group may have to wait for places or memory that others hold, so every group is tried before returning false.
    func step() -> Bool {
        noteActive()
        let groups = groupsInTurn()
        if computeFirst(of: groups) { return true }
        // Each group's first rollout found too little memory and was stopped, which released all memory held by
        // rollouts. Releasing the cache's memory too leaves room for any one of them.
        for group in groups { group.policy.runtime.cache.makeRoom(for: group.policy.runtime.pool.capacity) }
        return computeFirst(of: groups)
    }

    private func noteActive() {
        var last: RunningRequest?, isStalled = false
        active.removeAll(keepingCapacity: true)
        for rollout in running {
            if rollout.request !== last {
                last = rollout.request
                isStalled = rollout.isStalled
            }
            if !isStalled { active.append(rollout) }
        }
    }

    /// Computes a step of the first group that can be computed, which then goes behind the others.
    private func computeFirst(of groups: [VersionGroup]) -> Bool {
        guard let group = groups.first(where: compute) else { return false }
        rotation.removeAll { $0 == group }
        rotation.append(group)
        return true
    }

    private func compute(_ group: VersionGroup) -> Bool {
        let before = requests.count
        let begin = now()
        let runtime = group.policy.runtime
        let work = watch.hold("the plan of a step") {
            admit(group)
            shares = shares(group, at: begin)
            let work = plan(group)
            guard work.isEmpty, shares.preferred != nil else { return work }
            // The claim that all was left to finds no memory, which others hold.
            shares = shares(group, at: begin, prefersAny: false)
            return plan(group)
        }
        // A rollout that found no memory has ended, so others may get their turn.
        guard !work.isEmpty else { return requests.count < before }
        // Requests are not retained: they hold samplers, which the results modify.
        let results = runtime.pass.run(
            weights: work[0].rollout.request.weights.base, memory: runtime.pool.memory, chunks: work.map(\.chunk),
            requests: work.flatMap(\.requests))
        watch.hold("the results of a step") {
            let tokens = work.reduce(0) { $0 + $1.chunk.tokens.count }
            group.policy.metrics.stepTokens.record(tokens)
            let end = now()
            // Tokens of prompts are cheaper, since nothing is drawn after them: counted among rows, they would promise
            // short steps of many rows.
            // Nor do steps count that come after a rest: threads and processors that sleep take milliseconds to wake.
            if tokens == work.count, begin - lastEnd < .milliseconds(1) {
                runtime.cost.record(tokens: tokens, seconds: (end - begin) / .seconds(1))
            }
            lastEnd = end
            countUse(of: work, tokens, seconds: (end - begin) / .seconds(1), at: end)
            for (index, chunk) in work.enumerated() { finish(chunk, index, results, at: end) }
            sweep()
            flush(work)
            if work.contains(where: { $0.chunk.capture != nil }) { boundCaptures() }
        }
        return true
    }

    private func shares(
        _ group: VersionGroup, at now: ContinuousClock.Instant, prefersAny: Bool = true
    ) -> StepShares {
        StepShares(
            active, cost: group.policy.runtime.cost,
            expectsOthers: { claims.expectsInteractive(apartFrom: $0, at: now) },
            isPreferred: { claim in
                prefersAny && claims.isBelowItsShare(claim, at: now)
                    && active.contains { $0.request.claim == claim && group.holds($0) }
            })
    }

    /// Counts each claim's part of a step among what it has used.
    private func countUse(of work: [ChunkWork], _ tokens: Int, seconds: Double, at now: ContinuousClock.Instant) {
        var index = 0
        while index < work.count {
            let claim = work[index].rollout.request.claim
            var own = 0
            while index < work.count, work[index].rollout.request.claim == claim {
                own += work[index].chunk.tokens.count
                index += 1
            }
            claims.use(claim, seconds: seconds * Double(own) / Double(tokens), at: now)
        }
    }

    /// Whether interactive rollouts are active of a claim that has used less than its share.
    private func hasPreferred(at now: ContinuousClock.Instant) -> Bool {
        var last: Int?
        for rollout in active {
            // Interactive ones come first.
            guard rollout.priority == .interactive else { return false }
            guard rollout.request.claim != last else { continue }
            last = rollout.request.claim
            if claims.isBelowItsShare(last, at: now) { return true }
        }
        return false
    }

    /// Groups with rollouts, in the order in which they are tried.
    private func groupsInTurn() -> [VersionGroup] {
        var groups: [VersionGroup] = [], last: RunningRequest?
        for rollout in active where rollout.request !== last {
            last = rollout.request
            let group = VersionGroup(rollout.request)
            if groups.last != group, !groups.contains(group) { groups.append(group) }
        }
        if beginsResponses { groups += admission.groups(apartFrom: groups) }
        turn += 1
        rotation.removeAll { !groups.contains($0) }
        rotation += groups.filter { !rotation.contains($0) }
        guard groups.count > 1 else { return groups }
        // Beside interactive work, which may not have begun, groups that have none of it get one step in three, or none until a
        // claim that is preferred has used its share.
        var interactive = Set(active.lazy.filter { $0.priority == .interactive }.map { VersionGroup($0.request) })
        if beginsResponses { interactive.formUnion(groups.filter(admission.hasInteractive)) }
        guard !interactive.isEmpty, interactive.count < groups.count else { return rotation }
        let (urgent, others) = (rotation.filter(interactive.contains), rotation.filter { !interactive.contains($0) })
        return turn % 3 == 0 && !hasPreferred(at: now()) ? others + urgent : urgent + others
    }

    // MARK: Load

    /// Reports the load from time to time.
    ///
    /// - Parameter isIdle: Whether the next report may be a long time off, so this one must be up to date.
    func reportLoad(isIdle: Bool) {
        guard load.isDue(isIdle: isIdle, hasRequests: !requests.isEmpty) else { return }
        var loads: [ObjectIdentifier: LoadReport.Load] = [:]
        for request in requests.values {
            loads[ObjectIdentifier(request.policy), default: .init(request.policy)].unfinished += request.unfinished
        }
        for rollout in running { loads[ObjectIdentifier(rollout.policy)]?.running += 1 }
        load.report(loads)
    }

    // MARK: Admission

    private func admit(_ group: VersionGroup) {
        guard beginsResponses else { return }
        let runtime = group.policy.runtime
        let count = active.count { $0.policy.runtime === runtime }
        // Nothing is left to wait for, so there is memory.
        if count == 0 { runtime.memoryIsShort = false }
        let places = configuration.maxSequences - count
        var next = admission.take(group, places: places, includingBatch: !runtime.memoryIsShort)
        // One place beyond the limit is for a claim that has none: others may keep theirs for long.
        if places <= 0 {
            var claims: [Int?] = []
            for rollout in active where claims.last != rollout.request.claim {
                if rollout.policy.runtime === runtime { claims.append(rollout.request.claim) }
            }
            let one = admission.takeOne(group, apartFrom: Set(claims), includingBatch: !runtime.memoryIsShort)
            next += one.map { [$0] } ?? []
        }
        for rollout in next {
            start(rollout)
            running.append(rollout)
        }
        guard !next.isEmpty else { return }
        running.sort { goes($0, before: $1) }
        noteActive()
    }

    /// Takes the cached part of a rollout. Responses of one request share what the first of them computes; see
    /// `waitsForSibling`.
    private func start(_ rollout: Rollout) {
        assert(rollout.blocks.isEmpty && rollout.computed == 0, "a rollout that waits holds memory")
        rollout.state = .running
        defer { reportStart(rollout) }
        if sibling(of: rollout) == nil { memory(rollout).takeCached(rollout) }
    }

    private func reportStart(_ rollout: Rollout) {
        let request = rollout.request, metrics = rollout.policy.metrics
        rollout.times.begins(now(), request.requestedAt, metrics)
        guard !request.started else { return }
        request.started = true
        claims.compute(Claim(request))
        metrics.began(request, cachedTokens: rollout.computed)
        request.events.append(.started(version: request.version, cachedTokens: rollout.computed))
    }

    private func sibling(of rollout: Rollout) -> Rollout? {
        running.first { $0.request === rollout.request && $0.index < rollout.index }
    }

    // MARK: Planning

    /// The tokens of one rollout that a step computes.
    private struct Share {
        let rollout: Rollout
        let count: Int
    }

    private func plan(_ group: VersionGroup) -> [ChunkWork] {
        var members = rotation.count > 1 ? active.filter(group.holds) : active
        if let preferred = shares.preferred {
            members =
                members.filter { $0.request.claim == preferred } + members.filter { $0.request.claim != preferred }
        }
        let decodes = rows(of: members).prefix(group.policy.runtime.pass.maxRows).compactMap { reserve($0, limit: 1) }
        // Decoding leaves at least an eighth of a step to prompts, or they would never start.
        var left = max(configuration.stepTokens - decodes.count, configuration.stepTokens / 8, 1)
        left = min(left, group.policy.runtime.pass.maxRows - decodes.count)
        var prompts: [Share] = []
        for rollout in members where !rollout.isDecoding && left > 0 {
            // A rollout just stopped to free memory must not take any again.
            let limit = shares.tokens(rollout, limit: left)
            guard limit > 0, rollout.state == .running, !waitsForSibling(rollout),
                let share = reserve(rollout, limit: limit)
            else { continue }
            prompts.append(share)
            shares.take(rollout, share.count)
            left -= share.count
        }
        // One planned earlier may have been stopped to make room for another.
        let work = (decodes + prompts).filter { $0.rollout.state == .running }.compactMap(work)
        return ChunkWork.inOrderOfAdapters(work.filter { $0.rollout.state == .running })
    }

    /// The decoding rollouts that have a row of the step.
    private func rows(of members: [Rollout]) -> [Rollout] {
        var rows: [Rollout] = []
        for rollout in members where rollout.isDecoding {
            if shares.takeRow(rollout) { rows.append(rollout) } else if shares.isExhausted { break }
        }
        return rows
    }

    /// Responses of one request wait until the first has computed what they share, then share it.
    private func waitsForSibling(_ rollout: Rollout) -> Bool {
        guard rollout.index > 0, rollout.computed == 0, rollout.siblingCount > 0 else { return false }
        guard let first = sibling(of: rollout), first.finish == nil else {
            // The first ended before anything could be shared; the cache has what it computed.
            memory(rollout).takeCached(rollout)
            return false
        }
        if first.computed < rollout.siblingCount { return true }
        memory(rollout).fork(rollout, from: first) { makeRoom(for: rollout) }
        return false
    }

    /// Reserves memory for a rollout's next tokens, as many as remain and `limit` allows.
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
                states: capture?.stateBuffer, hidden: rollout.request.request.hidden,
                adapter: rollout.request.weights.adapter),
            closed: closed)
    }

    // MARK: Preemption

    /// Stops a rollout that ranks below another; false if there is none.
    private func makeRoom(for rollout: Rollout) -> Bool {
        guard let victim = victim(below: rollout) else { return false }
        stop(victim)
        return true
    }

    /// The rollout to stop first: a stalled one, otherwise the one of lowest priority and latest arrival, ranking after
    /// `rollout`.
    private func victim(below rollout: Rollout) -> Rollout? {
        let others = running.filter {
            $0.policy.runtime === rollout.policy.runtime && $0 !== rollout && !$0.blocks.isEmpty
        }
        return others.last(where: \.isStalled) ?? others.last { goes(rollout, before: $0) }
    }

    /// Takes a running rollout's memory; it is recomputed, bit for bit, when there is room.
    private func stop(_ rollout: Rollout) {
        rollout.state = .waiting
        rollout.policy.runtime.memoryIsShort = true
        rollout.policy.metrics.preemptions.increment()
        memory(rollout).release(rollout)
        running.removeAll { $0 === rollout }
        active.removeAll { $0 === rollout }
        admission.putBack(rollout)
    }

    // MARK: Results

    private func finish(
        _ work: ChunkWork, _ index: Int, _ results: LogitResults, at now: ContinuousClock.Instant
    ) {
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
            rollout.times.draws(now, request.requestedAt, rollout.policy.metrics)
            let run = rollout.append(token, detail: results.statistics(index, row: end - 1 - work.chunk.first))
            request.events.append(.tokens(index: rollout.index, run))
            // The trace includes the last token's own attention: this takes one more pass, without drawing.
            if rollout.finish != nil, rollout.capture == nil { complete(rollout) }
        } else {
            if rollout.finish == nil { rollout.finishGiven() }
            complete(rollout)
        }
    }

    private func collectCapture(_ work: ChunkWork, _ end: Int) {
        guard work.chunk.capture != nil, let capture = work.rollout.capture else { return }
        let metrics = work.rollout.policy.metrics
        metrics.capturedTokens.increment(by: work.chunk.tokens.count)
        metrics.closedSteps.increment(by: work.closed.count)
        capture.collect(work.closed, computed: end) {
            work.rollout.request.events.append(.stepClosed(index: work.rollout.index, $0))
        }
        captures.count(work.rollout, bytes: capture.byteCount)
    }

    /// Ends requests while captures take too much memory.
    private func boundCaptures() {
        while let (request, error) = captures.excess(requests.values) { end([(request, error)]) }
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
                    version: request.version, computedTokens: rollout.computedInAll, trace: trace,
                    states: rollout.capture?.pooledStates)))
        rollout.policy.metrics.finished(rollout)
        retire(rollout)
    }

    /// The response turned out to be cut by another separator: its tokens are recomputed with the right one. Their keys
    /// and values do not change.
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
