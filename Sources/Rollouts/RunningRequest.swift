import Guarding
import Policy

/// A request the engine has taken: what its sequences share.
final class RunningRequest: @unchecked Sendable {  // `finished` is the engine thread's, the rest does not change
    let request: GenerationRequest
    let policy: HostedPolicy
    let info: PolicyInfo
    let version: Int
    let weights: PolicyWeights
    let generation: Generation
    let cancelled: Guarded<Bool>
    /// Prompt and forced response, one copy for all responses until they draw.
    let given: [Int32]
    /// Before the first token of a response.
    let stops: StopMatcher
    /// Events of the step that runs, sent together.
    var events: [GenerationEvent] = []
    var unfinished: Int
    var started = false

    init(
        request: GenerationRequest, policy: HostedPolicy, info: PolicyInfo, version: Int, weights: PolicyWeights,
        generation: Generation, cancelled: Guarded<Bool>
    ) {
        self.request = request
        self.policy = policy
        self.info = info
        self.version = version
        self.weights = weights
        self.generation = generation
        self.cancelled = cancelled
        given = request.prompt + request.forcedResponse
        stops = StopMatcher(request.sampling.stopTexts)
        unfinished = request.count
    }

    func makeSampler(index: Int) -> Sampler {
        var sampler = Sampler(
            request.sampling, index: index,
            endOfSequence: request.sampling.ignoresEndOfSequence ? [] : Set(info.configuration.endOfSequence))
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
