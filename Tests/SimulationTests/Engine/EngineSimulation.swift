import Basics
import Guarding
import Policy
import TestSupport
import Threads

@testable import Rollouts

/// Plays a history to an engine whose back end costs nothing, on one thread and one clock of its own, and checks what
/// must hold after every turn and at the end.
final class EngineSimulation: @unchecked Sendable {  // one thread
    /// Measures nothing that is looked at here; one serves all.
    static let watch = HoldWatch("simulated engine") { _ in }
    /// The most turns that it takes to end what is left at the end of a history.
    static let mostTurns = 30_000

    let setting: EngineSetting
    let inbox = Guarded(EngineInbox())
    let loop: EngineLoop
    private let clock: Clock
    private let clients = SteppedExecutor()
    private var random: SplitMix
    private(set) var policies: [SimulatedPolicy?] = []
    /// Policies out of service, which must be gone at the end.
    private var unloaded: [SimulatedPolicy.Remains] = []
    private var requests: [SubmittedRequest] = []
    private var models: UInt64 = 0
    private(set) var isOver = false
    private var isStopped = false
    /// Passes of all policies.
    private(set) var steps = 0
    private let waits = WaitWatch()
    /// The first invariant broken in the middle of a turn.
    private var fault: SimulationError?

    /// The time of owners' allowances and of steps.
    private final class Clock: @unchecked Sendable {  // one thread
        var now = ContinuousClock.now
    }

    init(_ history: EngineHistory) throws {
        setting = history.setting
        random = SplitMix(state: SplitMix.mix(~history.seed))
        let clock = Clock()
        self.clock = clock
        loop = EngineLoop(setting.configuration, inbox, Self.watch) { clock.now }
        models = history.seed << 20
        for place in setting.blocks.indices { policies.append(try load(place)) }
    }

    var scheduler: Scheduler { loop.scheduler }

    /// Plays a whole history.
    ///
    /// - Throws: `SimulationError` for the first invariant that breaks.
    static func play(_ history: EngineHistory) throws {
        let simulation = try EngineSimulation(history)
        for event in history.events where !simulation.isOver { try simulation.take(event) }
        try simulation.finish()
    }

    // MARK: Events

    private func take(_ event: EngineHistory.Event) throws {
        switch event {
        case .submit(let request): try submit(request)
        case .cancel(let number, let ofTask): request(number)?.cancel(ofTask: ofTask)
        case .stopReading(let number): request(number)?.client.reads = false
        case .readAgain(let number): request(number)?.client.reads = true
        case .turns(let count): for _ in 0..<count where !isOver { try turn() }
        case .clock(let seconds): clock.now += .seconds(seconds)
        case .load(let place): if policies[place] == nil { policies[place] = try load(place) }
        case .addVersion(let place): addVersion(place)
        case .stage(let place): policies[place]?.stage(model())
        case .publish(let place): try publish(place)
        case .serve(let place, let choice): try policies[place]?.serve(choice)
        case .retire(let place, let choice): retire(place, choice)
        case .unload(let place): unload(place)
        case .drain(let place): drain(place)
        case .pause(let mode): pause(mode)
        case .resume: inbox.withLock { $0.pause = .none }
        case .stop: stop()
        case .destroy:
            isStopped = true
            for request in requests { request.mayEnd(.shuttingDown) }
            inbox.withLock { ($0.isClosed, $0.isStopping) = (true, true) }
        }
    }

    private func request(_ number: Int) -> SubmittedRequest? { requests.first { $0.simulated.number == number } }

    private func perform(_ action: @escaping @Sendable (Scheduler) -> Void) {
        inbox.withLock { $0.actions.append(action) }
    }

    private func model() -> SimulatedModel {
        models += 1
        return SimulatedModel(seed: SplitMix.mix(models), isDamaged: setting.isDamaged)
    }

    private func load(_ place: Int) throws -> SimulatedPolicy {
        let policy = try SimulatedPolicy(
            name: "policy\(place)", blocks: setting.blocks[place], model(), setting.configuration)
        // The policy may be out of service by then, but a request still has it.
        let hosted = policy.hosted
        policy.pass.onFault = { [unowned self] in note($0) }
        policy.pass.onRun = { [unowned self, unowned hosted, clock] chunks in
            steps += 1
            defer { clock.now += .microseconds(100 + chunks.reduce(0) { $0 + $1.tokens.count }) }
            do throws(SimulationError) {
                try StepCheck(scheduler, hosted, chunks).check(setting)
            } catch {
                note(error)
            }
        }
        return policy
    }

    private func note(_ fault: SimulationError) { if self.fault == nil { self.fault = fault } }

    private func submit(_ simulated: SimulatedRequest) throws {
        guard let policy = policies[simulated.policy] else { return }
        let cancellation = Cancellation(), inbox = inbox
        let generation = Generation(unreadLimit: simulated.unreadLimit) {
            guard cancellation.cancel() else { return }
            inbox.withLock { $0.cancellations.append(cancellation) }
        } onResume: {
        }
        guard let running = try policy.request(simulated, generation, cancellation) else { return }
        let before = inbox.withLock { $0.requestCount }
        let refusal = inbox.withLock { $0.accept(running, setting.configuration, now: clock.now) }
        if let refusal { return try check(refusal, of: running, requests: before) }
        try require(before < setting.requestLimit, "no more requests are taken than may be")
        if !running.owner.name.isEmpty {
            let account = inbox.withLock { $0.accounts[running.owner.name] } ?? OwnerAccount()
            let most = min(running.owner.requests ?? .max, max(1, setting.requestLimit * 3 / 4))
            try require(
                account.requests <= most && account.responses <= running.owner.responses ?? .max,
                "no owner has more than it may have", "\(running.owner): \(account)")
        }
        let submitted = SubmittedRequest(simulated, running, policy.hosted)
        submitted.task = Task(executorPreference: clients) { await submitted.client.read(generation) }
        requests.append(submitted)
    }

    private func check(_ refusal: EngineError, of running: RunningRequest, requests: Int) throws(SimulationError) {
        let isRight =
            switch refusal {
            case .shuttingDown: isStopped
            case .queueFull: requests >= setting.requestLimit
            case .tooManyResponses: true
            case .quotaFull: !running.owner.name.isEmpty
            default: false
            }
        try require(isRight, "a request is refused for a reason", "\(refusal)")
    }

    private func addVersion(_ place: Int) {
        guard let policy = policies[place] else { return }
        let runtime = policy.hosted.runtime
        for version in policy.addVersion(model()) { perform { _ in runtime.cache.forget(version: version) } }
    }

    private func publish(_ place: Int) throws {
        guard let policy = policies[place] else { return }
        let runtime = policy.hosted.runtime
        for version in try policy.publish() { perform { _ in runtime.cache.forget(version: version) } }
    }

    private func retire(_ place: Int, _ choice: Int) {
        guard let policy = policies[place], let version = policy.retire(choice) else { return }
        let runtime = policy.hosted.runtime
        perform { _ in runtime.cache.forget(version: version) }
    }

    private func remove(_ place: Int) -> HostedPolicy? {
        guard let policy = policies[place] else { return nil }
        policies[place] = nil
        unloaded.append(policy.remains)
        return policy.hosted
    }

    private func unload(_ place: Int) {
        guard let hosted = remove(place) else { return }
        for request in requests where request.policy == ObjectIdentifier(hosted) {
            request.mayEnd(.policyUnloaded(name: hosted.name))
        }
        perform { $0.unload(hosted) }
    }

    private func drain(_ place: Int) {
        guard let hosted = remove(place) else { return }
        Task(executorPreference: clients) {
            try await hosted.requests.waitForNone()
            self.perform { $0.unload(hosted) }
        }
    }

    private func pause(_ mode: Engine.PauseMode) {
        inbox.withLock { $0.pause = mode == .wait ? .finishing : .paused }
        guard mode == .abort else { return }
        for request in requests { request.mayEnd(.cancelled) }
        perform { $0.remove { _ in .cancelled } }
    }

    private func stop() {
        isStopped = true
        for request in requests { request.mayEnd(.shuttingDown) }
        inbox.withLock { $0.isClosed = true }
        perform { $0.remove { _ in .shuttingDown } }
    }

    // MARK: Turns

    private func turn() throws {
        let before = (steps: steps, requests: inbox.withLock { $0.requestCount })
        let (pause, hasWork) = inbox.withLock { ($0.pause, !$0.actions.isEmpty || !$0.cancellations.isEmpty) }
        let cancelled = requests.filter { $0.running?.cancellation.isCancelled == true }
        let outcome = loop.turn()
        if let fault { throw fault }
        let passes = steps - before.steps, ended = before.requests - inbox.withLock { $0.requestCount }
        if pause == .paused { try require(passes == 0, "nothing is computed in a pause") }
        try require(passes <= 1, "a turn takes one step", "\(passes)")
        switch outcome {
        case .last: isOver = true
        case .worked:
            try require(passes > 0 || ended > 0 || hasWork, "a step computes something or ends a request")
        case .idle:
            try checkRest(pause)
        }
        for request in cancelled {
            try require(request.running?.isOver ?? true, "a cancelled request ends before the next step", "\(request)")
        }
        if scheduler.isIdle { try checkIdle() }
        try waits.count(requests, passes: passes, beginsResponses: pause == .none)
        clients.run(&random, limit: setting.clientJobs)
    }

    /// The engine's thread sleeps: nothing is left that it could do.
    private func checkRest(_ pause: EngineInbox.Pause) throws(SimulationError) {
        switch pause {
        case .paused: return
        case .finishing:
            try require(inbox.withLock { $0.pause } == .paused, "an engine that has finished what it began is paused")
        case .none:
            for request in requests {
                guard let running = request.running, !running.isOver else { continue }
                try require(running.isStalled, "the engine sleeps only when there is nothing to do", "\(request)")
            }
        }
    }

    /// No request is left in the scheduler.
    private func checkIdle() throws(SimulationError) {
        try require(scheduler.running.isEmpty, "no response is computed for nobody")
        try require(scheduler.captureBytes == 0, "captures give back their bytes", "\(scheduler.captureBytes)")
        for policy in policies.compactMap({ $0 }) {
            let (pool, cache) = (policy.hosted.runtime.pool, policy.hosted.runtime.cache)
            try require(
                pool.freeCount + cache.count == pool.capacity, "responses give back their key/value blocks",
                "\(pool.freeCount) of \(pool.capacity) are free, the cache has \(cache.count)")
        }
    }

    // MARK: The end

    private func finish() throws {
        inbox.withLock { $0.pause = .none }
        for request in requests { request.client.reads = true }
        try takeLastTurns()
        for request in requests { try request.check() }
        try checkCounts(inbox.withLock { $0 })
        try checkMemory()
    }

    /// Takes turns until nothing is left to do.
    private func takeLastTurns() throws {
        var turns = 0
        // Two rests in a row: what clients have read since may wake the engine.
        var rests = 0
        while !isOver, rests < 2 {
            let before = steps
            try turn()
            clients.run(&random)
            turns += 1
            if turns > Self.mostTurns {
                throw SimulationError("what is left at the end ends", "\(requests.filter { $0.running != nil })")
            }
            let isAtRest = steps == before && inbox.withLock { $0.actions.isEmpty && $0.cancellations.isEmpty }
            rests = isAtRest ? rests + 1 : 0
        }
        clients.run(&random)
    }

    private func checkCounts(_ inbox: EngineInbox) throws(SimulationError) {
        try require(
            inbox.requestCount == 0 && inbox.responseCount == 0, "counts of requests return to zero",
            "\(inbox.requestCount) requests, \(inbox.responseCount) responses")
        for (name, account) in inbox.accounts {
            try require(account.requests == 0 && account.responses == 0, "an owner's account returns to zero", name)
        }
    }

    /// Nothing keeps what has ended: requests hold weights, and policies memory.
    private func checkMemory() throws(SimulationError) {
        for policy in policies.compactMap({ $0 }) {
            let (pool, cache) = (policy.hosted.runtime.pool, policy.hosted.runtime.cache)
            cache.makeRoom(for: pool.capacity)
            try require(pool.freeCount == pool.capacity, "the cache gives back its key/value blocks")
            try require(policy.retired.isGone, "retired weights are let go")
        }
        try require(requests.allSatisfy { $0.running == nil }, "requests that ended are let go")
        // An engine that was destroyed goes with everything it has.
        if isOver { return }
        unloaded += policies.compactMap { $0?.remains }
        policies = []
        try require(unloaded.allSatisfy(\.isGone), "policies out of service are let go")
    }
}
