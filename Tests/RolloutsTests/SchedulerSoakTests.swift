import Compute
import Guarding
import Influence
import ModelFiles
import Policy
import Sampling
import TestSupport
import Testing
import Threads
import Trees

@testable import Rollouts

/// A scheduler stepped by hand over policies with little memory, so that every run is the same.
private final class SchedulerFixture {
    let configuration: EngineConfiguration
    let scheduler: Scheduler
    private let now: ContinuousClock.Instant
    private let ended = Guarded(0)
    private(set) var policies: [HostedPolicy] = []
    private let loader = PolicyLoader(directory: Fixtures.url("qwen2"), backend: CPUBackend(threads: 1))
    private let backend = CPUBackend(threads: 2)

    init(blocks: [Int], configure: (inout EngineConfiguration) -> Void = { _ in }) throws {
        var configuration = EngineConfiguration(threads: 2)
        configure(&configuration)
        self.configuration = configuration
        // On a clock that stands still steps cost what is assumed of them, on any machine.
        let now = ContinuousClock.now
        self.now = now
        scheduler = Scheduler(configuration: configuration, watch: HoldWatch("test") { _ in }, now: { now }) {
            [ended] _ in ended.withLock { $0 += 1 }
        }
        for (index, count) in blocks.enumerated() { try load("policy\(index)", blocks: count) }
    }

    private func load(_ name: String, blocks: Int) throws {
        var configuration = configuration
        // 3 layers of 2 heads of 16 keys and 16 values.
        configuration.keyValueBytes = blocks * BlockPool.blockTokens * 3 * 2 * 32 * 4
        let loaded = try loader.load(name: name, precision: .float32, engine: configuration)
        let runtime = try HostedPolicy.Runtime(
            loaded.info.configuration, .float32, engine: configuration, backend: backend)
        policies.append(HostedPolicy(info: loaded.info, weights: loaded.weights, runtime: runtime))
    }

    /// Makes a request's claim one that has used more than its share, which nobody does on a clock that stands still.
    func useUpShare(of request: RunningRequest) {
        scheduler.claims.use(request.claim, seconds: 1000, at: now)
    }

    /// Takes a policy out of service, and lets go of it.
    func unload(_ place: Int) { scheduler.unload(policies.remove(at: place)) }

    /// Adds a request; what comes of it is in its generation.
    @discardableResult
    func add(_ request: GenerationRequest, to policy: Int = 0, owner: String = "") throws -> RunningRequest {
        let running = try make(request, for: policy, owner: owner)
        scheduler.add(running)
        return running
    }

    /// A request as the engine takes it.
    func make(_ request: GenerationRequest, for policy: Int = 0, owner: String = "") throws -> RunningRequest {
        let hosted = policies[policy], info = hosted.info
        try request.validate(for: info)
        return RunningRequest(
            request: request, policy: hosted, info: info, version: info.version, weights: hosted.weights(info.version)!,
            generation: Generation(onCancel: {}, onResume: {}), cancellation: Cancellation(),
            owner: RequestOwner(name: owner))
    }

    /// Requests that have ended.
    var endedCount: Int { ended.withLock { $0 } }

    /// Steps until nothing is left. Returns whether that took fewer steps than `limit`, each doing something.
    func finish(limit: Int = 20_000) -> Bool {
        for _ in 0..<limit {
            if scheduler.isIdle { return true }
            guard scheduler.step() else { return false }
        }
        return scheduler.isIdle
    }

    /// Whether all memory is free or can be given back by the cache.
    var isAllMemoryBack: Bool {
        policies.allSatisfy { policy in
            let (pool, cache) = (policy.runtime.pool, policy.runtime.cache)
            guard pool.freeCount + cache.count == pool.capacity else { return false }
            cache.makeRoom(for: pool.capacity)
            return pool.freeCount == pool.capacity
        }
    }
}

@Suite("Scheduler under pressure")
struct SchedulerSoakTests {
    private func request(
        prompt: Range<Int32>, forced: Int = 0, count: Int = 1, tokens: Int, priority: Priority = .interactive,
        captures: Bool = false, seed: UInt64 = 0
    ) -> GenerationRequest {
        var request = GenerationRequest(prompt: Array(prompt))
        request.forcedResponse = (0..<Int32(forced)).map { 3 + $0 * 7 % 400 }
        request.count = count
        request.sampling.maxTokens = tokens
        request.sampling.seed = seed
        request.sampling.ignoresEndOfSequence = seed % 3 != 0
        request.priority = priority
        if captures {
            request.capture = CaptureParameters()
            request.capture?.gap = 1
        }
        return request
    }

    @Test(
        "Random requests, cancelled or not, all end and leave no memory behind", arguments: 1...6 as ClosedRange<UInt64>
    )
    func soak(_ seed: UInt64) throws {
        let random = CounterRandom(seed: seed)
        var draws: UInt64 = 0
        func pick(_ range: Range<Int>) -> Int {
            draws += 1
            return range.lowerBound + random.integer(below: range.count, at: draws)
        }
        let fixture = try SchedulerFixture(blocks: [9, 7]) {
            $0.stepTokens = [16, 100, 512][Int(seed % 3)]
            $0.maxSequences = seed % 2 == 0 ? 6 : 64
        }
        var submitted: [RunningRequest] = []
        for _ in 0..<14 {
            let start = Int32(pick(0..<3)), length = pick(1..<180)
            var wanted = request(
                prompt: start..<start + Int32(length), forced: pick(0..<3) == 0 ? pick(1..<100) : 0,
                count: pick(1..<6), tokens: pick(0..<120), priority: pick(0..<2) == 0 ? .batch : .interactive,
                captures: pick(0..<3) == 0, seed: UInt64(pick(0..<1000)))
            if pick(0..<3) == 0 { wanted.detail = TokenDetail(logprobs: true, entropies: true) }
            wanted.echoesPrompt = pick(0..<3) == 0
            submitted.append(try fixture.add(wanted, to: pick(0..<2)))
            for _ in 0..<pick(0..<30) { _ = fixture.scheduler.step() }
            guard pick(0..<5) == 0 else { continue }
            let victim = submitted[pick(0..<submitted.count)]
            fixture.scheduler.remove { $0 === victim ? .cancelled : nil }
        }
        #expect(fixture.finish(), "requests are left and no step does anything for them")
        #expect(fixture.endedCount == submitted.count)
        #expect(submitted.allSatisfy { $0.unfinished == 0 })
        #expect(fixture.isAllMemoryBack)
    }

    @Test("A response that the cache knows is traced although memory holds it only once")
    func cachedAndComputedAgain() throws {
        let fixture = try SchedulerFixture(blocks: [8]) { $0.stepTokens = 64 }
        try fixture.add(request(prompt: 3..<403, tokens: 0))
        #expect(fixture.finish())
        var traced = request(prompt: 3..<13, tokens: 0, captures: true)
        traced.forcedResponse = Array(13..<503)
        try fixture.add(traced)
        #expect(fixture.finish(limit: 100))
        #expect(fixture.isAllMemoryBack)
    }

    @Test("Responses of one request compute the prompt and the given response once")
    func givenOnce() throws {
        let fixture = try SchedulerFixture(blocks: [40]) { $0.stepTokens = 64 }
        // 360 tokens in steps of 64, then one for each of the five tokens drawn after it.
        try fixture.add(request(prompt: 3..<63, forced: 300, count: 5, tokens: 5))
        #expect(fixture.finish(limit: 12))
        // Responses that end with their first token leave nothing to share but what the cache knows: 384 of 400.
        try fixture.add(request(prompt: 3..<403, count: 20, tokens: 1))
        #expect(fixture.finish(limit: 27))
        #expect(fixture.isAllMemoryBack)
    }

    @Test("A request that comes after its policy was unloaded ends, like those before it")
    func unloaded() async throws {
        let fixture = try SchedulerFixture(blocks: [9, 9])
        let before = try fixture.add(request(prompt: 3..<60, count: 3, tokens: 100))
        let other = try fixture.add(request(prompt: 3..<60, tokens: 5), to: 1)
        for _ in 0..<6 { _ = fixture.scheduler.step() }
        fixture.scheduler.unload(fixture.policies[0])
        let after = try fixture.add(request(prompt: 3..<60, tokens: 5))
        #expect(fixture.finish() && fixture.endedCount == 3)
        #expect(fixture.isAllMemoryBack)
        for request in [before, after] {
            await #expect(throws: EngineError.policyUnloaded(name: "policy0")) {
                for try await _ in request.generation {}
            }
        }
        for try await _ in other.generation {}
    }

    @Test("Memory that one policy is short of does not hold back another's batch rollouts")
    func shortMemoryIsOnePolicys() throws {
        let fixture = try SchedulerFixture(blocks: [3, 9])
        for seed in [1, 2] as [UInt64] {
            fixture.useUpShare(of: try fixture.add(request(prompt: 3..<60, tokens: 120, seed: seed), to: 0))
        }
        while !fixture.policies[0].runtime.memoryIsShort { #expect(fixture.scheduler.step()) }
        let batch = try fixture.add(request(prompt: 3..<60, tokens: 1, priority: .batch), to: 1)
        // Beside interactive work, batch work has one step in three, with at least 7 tokens of a prompt in each.
        for _ in 0..<27 { _ = fixture.scheduler.step() }
        #expect(batch.unfinished == 0)
        #expect(fixture.finish())
    }

    @Test(
        "Beside a large batch, a stream has all steps until its share is used, then two steps of three",
        arguments: [false, true])
    func besideBatch(isUsedUp: Bool) throws {
        let fixture = try SchedulerFixture(blocks: [400, 9])
        try fixture.add(request(prompt: 3..<20, count: 30, tokens: 60, priority: .batch), to: 0)
        for _ in 0..<20 { _ = fixture.scheduler.step() }
        let stream = try fixture.add(request(prompt: 3..<20, tokens: 30), to: 1)
        if isUsedUp { fixture.useUpShare(of: stream) }
        var steps = 0
        while stream.unfinished > 0, fixture.scheduler.step() { steps += 1 }
        // A step for its prompt and one for each token; and then, every third for the batch. It may be the batch's turn when the
        // stream begins.
        if isUsedUp { #expect(40...31 * 3 / 2 + 2 ~= steps) } else { #expect(steps <= 31 + 1) }
        #expect(fixture.finish())
        #expect(fixture.isAllMemoryBack)
    }

    @Test("A request that nobody reads rests, takes neither places nor memory from others, and goes on when it is read")
    func unread() async throws {
        let fixture = try SchedulerFixture(blocks: [100]) { $0.maxSequences = 12 }
        let wanted = request(prompt: 3..<40, count: 12, tokens: 400, seed: 1)
        let unread = try fixture.add(wanted)
        while fixture.scheduler.step() {}
        #expect(unread.generation.isStalled && unread.unfinished > 0)
        // More places than are left, and more memory than is free.
        let other = try fixture.add(request(prompt: 3..<300, count: 8, tokens: 200, priority: .batch, seed: 2))
        while fixture.scheduler.step() {}
        #expect(other.unfinished == 0 && unread.unfinished > 0)
        var outcome = Outcome()
        var events = unread.generation.makeAsyncIterator()
        while let some = try await events.next() {
            for event in some { outcome.take(event) }
            #expect(!unread.generation.isStalled)
            while fixture.scheduler.step() {}
        }
        #expect(outcome.responses.values.map(\.ids.count) == Array(repeating: 400, count: 12))
        let alone = try SchedulerFixture(blocks: [100])
        let read = try alone.add(wanted)
        var same = Outcome()
        var readEvents = read.generation.makeAsyncIterator()
        _ = alone.scheduler.step()
        while let some = try await readEvents.next() {
            for event in some { same.take(event) }
            _ = alone.scheduler.step()
        }
        #expect(outcome.responses == same.responses)
        #expect(fixture.isAllMemoryBack)
    }

    @Test("Thousands of responses wait as one entry a request, and the next request is answered at once when they go")
    func manyResponses() throws {
        let fixture = try SchedulerFixture(blocks: [20]) { $0.maxSequences = 8 }
        let many = try (0..<1024).map {
            try fixture.add(request(prompt: 3..<9, count: 256, tokens: 8, seed: UInt64($0)))
        }
        #expect(fixture.scheduler.waitingCount == 1024)
        // Those that begin are made when there is a place for them, and no others.
        #expect(fixture.scheduler.step())
        #expect(fixture.scheduler.waitingCount == 1024 && many[0].responses.begunCount == 8)
        #expect(many[1].responses.begunCount == 0)
        fixture.scheduler.cancel(many.map(\.cancellation))
        #expect(fixture.scheduler.isIdle && fixture.endedCount == 1024)
        let next = try fixture.add(request(prompt: 3..<9, tokens: 2))
        for _ in 0..<2 { #expect(fixture.scheduler.step()) }
        #expect(next.unfinished == 0 && fixture.isAllMemoryBack)
        #expect(fixture.scheduler.waitingCount == 0)
    }

    @Test("A request that was cancelled before the engine had it ends when it comes, and costs no step")
    func cancelledBefore() async throws {
        let fixture = try SchedulerFixture(blocks: [9])
        let cancelled = try fixture.make(request(prompt: 3..<9, count: 4, tokens: 8))
        #expect(cancelled.cancellation.cancel() && !cancelled.cancellation.cancel())
        fixture.scheduler.cancel([cancelled.cancellation])
        #expect(fixture.endedCount == 0)
        fixture.scheduler.add(cancelled)
        #expect(fixture.scheduler.isIdle && fixture.endedCount == 1 && !fixture.scheduler.step())
        await #expect(throws: EngineError.cancelled) { for try await _ in cancelled.generation {} }
    }

    @Test("A stalled request can be cancelled")
    func cancelledWhileStalled() throws {
        let fixture = try SchedulerFixture(blocks: [100])
        let unread = try fixture.add(request(prompt: 3..<40, count: 12, tokens: 400, seed: 1))
        while fixture.scheduler.step() {}
        #expect(unread.generation.isStalled)
        fixture.scheduler.remove { $0 === unread ? .cancelled : nil }
        #expect(fixture.scheduler.isIdle && fixture.endedCount == 1)
        #expect(fixture.isAllMemoryBack)
    }

    @Test("Two owners' requests that came at once, and fit into memory one at a time, both end")
    func equalPlaces() throws {
        let fixture = try SchedulerFixture(blocks: [3]) {
            $0.maxSequences = 1
            $0.stepTokens = 32
        }
        for owner in ["a", "b"] { try fixture.add(request(prompt: 3..<130, tokens: 40, seed: 1), owner: owner) }
        #expect(fixture.finish(limit: 400))
        #expect(fixture.isAllMemoryBack)
    }

    @Test("Beside interactive work, each of several policies' batches is computed")
    func batchesInTurn() throws {
        let fixture = try SchedulerFixture(blocks: [9, 9, 9])
        fixture.useUpShare(of: try fixture.add(request(prompt: 3..<20, tokens: 300, seed: 1), to: 0))
        let batches = try [1, 2].map {
            try fixture.add(request(prompt: 3..<20, tokens: 5, priority: .batch, seed: 1), to: $0)
        }
        // A chunk of 16 tokens, one of 1, and the tokens drawn: one step in three, for two in turn.
        for _ in 0..<2 * 3 * 8 { _ = fixture.scheduler.step() }
        #expect(batches.map(\.unfinished) == [0, 0])
        #expect(fixture.finish())
    }

    @Test("A traced response that was stopped for want of memory and then cancelled leaves no bytes behind")
    func stoppedCapture() throws {
        let fixture = try SchedulerFixture(blocks: [4])
        try fixture.add(request(prompt: 3..<20, tokens: 200, seed: 1))
        let traced = try fixture.add(request(prompt: 3..<20, tokens: 200, captures: true, seed: 2))
        while !(traced.captureBytes > 0 && !fixture.scheduler.running.contains { $0.request === traced }) {
            #expect(fixture.scheduler.step())
        }
        fixture.scheduler.cancel([traced.cancellation])
        #expect(fixture.scheduler.captureBytes == 0 && traced.drawnTokens > 0)
        #expect(fixture.finish())
        #expect(fixture.isAllMemoryBack)
    }

    @Test("Nothing keeps a policy that was unloaded while requests waited for it")
    func unloadedIsGone() throws {
        let fixture = try SchedulerFixture(blocks: [9])
        for seed in 0..<3 as Range<UInt64> { try fixture.add(request(prompt: 3..<60, tokens: 100, seed: seed)) }
        weak let policy = fixture.policies[0]
        fixture.unload(0)
        #expect(policy == nil)
    }
}
