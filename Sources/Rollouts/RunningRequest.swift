import Guarding
import Policy
import Sampling

/// A request the engine has accepted: the state its sequences share.
final class RunningRequest: @unchecked Sendable {  // what changes is the engine thread's
    let request: GenerationRequest
    let policy: HostedPolicy
    let info: PolicyInfo
    let version: Int
    let weights: any PolicyWeights
    let generation: Generation
    let cancellation: Cancellation
    let owner: RequestOwner
    /// The number by which the scheduler knows its claim, once it has the request.
    var claim: Int?
    /// Tokens of responses that have ended.
    var drawnTokens = 0
    let requestedAt = ContinuousClock.now
    /// Prompt and forced response; one copy serves all responses until they draw.
    let given: [Int32]
    /// Tokens that end a response.
    let stopTokens: Set<Int32>
    /// The stop matcher's state before a response's first token.
    let stops: StopMatcher
    /// Bytes of its responses' captures, as the scheduler has counted them.
    var captureBytes = 0
    /// Events of the current step, sent together.
    var events: [GenerationEvent] = []
    var unfinished: Int
    var started = false
    /// Of requests with equal priority, those with lower numbers go first. Its responses count on from here.
    var arrival = 0
    /// Decides between those with equal `arrival`: of several owners, or of several versions.
    var number = 0
    /// Responses that are not being computed.
    var responses: WaitingResponses
    /// Whether a line of waiting requests has an entry for it.
    var isInLine = false

    init(
        request: GenerationRequest, policy: HostedPolicy, info: PolicyInfo, version: Int, weights: any PolicyWeights,
        generation: Generation, cancellation: Cancellation, owner: RequestOwner = RequestOwner()
    ) {
        self.request = request
        self.policy = policy
        self.info = info
        self.version = version
        self.weights = weights
        self.generation = generation
        self.cancellation = cancellation
        self.owner = owner
        given = request.prompt + request.forcedResponse
        stopTokens = info.stops(request.sampling)
        stops = StopMatcher(request.sampling.stopTexts)
        unfinished = request.count
        responses = WaitingResponses(count: request.count)
    }

    /// The number of its version in the prefix cache.
    var cacheVersion: Int { policy.cacheVersion(version) }

    /// Whether every response has ended, or the request was given up.
    var isOver: Bool { unfinished == 0 }
    /// Whether it is paused until its events have been read. Only the engine's thread lets a stall begin.
    var isStalled: Bool { generation.isStalled }

    /// The most tokens that its responses may take, prompt included; at least one for each.
    var mostTokens: Int {
        let each = given.count + max(request.sampling.maxTokens, 1)
        return each.multipliedReportingOverflow(by: request.count).overflow
            ? 1 << 40 : min(each * request.count, 1 << 40)
    }

    func makeSampler(index: Int) -> Sampler {
        var sampler = Sampler(request.sampling, index: index, endOfSequence: stopTokens)
        sampler.observe(request.prompt)
        sampler.observe(request.forcedResponse)
        return sampler
    }

    /// Sends the step's events.
    func flush() {
        generation.yield(events)
        events.removeAll(keepingCapacity: true)
    }
}

/// Whether a request was given up; represents the request until the engine has it.
final class Cancellation: Sendable {
    private let state = Guarded(false)

    var isCancelled: Bool { state.withLock { $0 } }

    /// Cancels; returns false if it was already cancelled.
    func cancel() -> Bool {
        state.withLock { isCancelled in
            defer { isCancelled = true }
            return !isCancelled
        }
    }
}
