import Influence
public import Sampling
import Threads
import Tokenizing
public import Trees

/// Draws responses through the engine, for trees and for callers that want whole responses: many requests at once, each
/// patient while the engine's queue is full, all under one version of the weights.
public struct ResponseDrawer: Sendable {
    let engine: Engine
    let policy: PolicyInfo
    let sampling: SamplingParameters
    let version: Int
    /// Whether requests fall back to the served version if the one to draw from is gone.
    public var outlivesVersion = false
    public var priority = Priority.interactive
    /// How long a request waits for a place in the engine's queue.
    public var patience = Duration.seconds(30)
    /// Requests in flight at the same time.
    public var window = 64
    /// Draws some requests elsewhere; nil draws all of them here.
    public var sharing: (any DrawSharing)?
    /// The error to throw when the engine fails.
    public var failure: @Sendable (EngineError) -> any Error = { $0 }

    /// - Parameters:
    ///   - sampling: How tokens are drawn. Its token counts are for whole responses: a continuation has correspondingly
    ///     fewer left. Requests bring their own seeds.
    ///   - version: The version of the weights to draw from.
    public init(engine: Engine, policy: PolicyInfo, sampling: SamplingParameters, version: Int) {
        self.engine = engine
        self.policy = policy
        self.sampling = sampling
        self.version = version
    }

    /// The most tokens a whole response to a prompt can have.
    ///
    /// At least 1, so that the engine reports what is wrong with a prompt that leaves no room.
    public func longest(behind prompt: [Int32]) -> Int {
        max(min(sampling.maxTokens, policy.maxSequenceTokens - prompt.count), 1)
    }

    /// Draws the responses to each request, in order of requests.
    ///
    /// - Parameter ended: Called with each response that is drawn here when it ends, from several tasks, to complete it.
    /// - Throws: The first failure, which ends the other requests, or `CancellationError`.
    public func draw(
        _ requests: [DrawRequest],
        ended: @escaping @Sendable (_ request: Int, _ response: Int, inout DrawnResponse) async -> Void = { _, _, _ in }
    ) async throws -> [[DrawnResponse]] {
        do {
            guard let sharing else {
                return try await mapAtOnce(requests, limit: window) { index, request in
                    try await run(request) { await ended(index, $0, &$1) }
                }
            }
            let own = requests.indices.filter(sharing.isOwn)
            let drawn = try await mapAtOnce(own, limit: window) { _, index in
                try await run(requests[index]) { await ended(index, $0, &$1) }
            }
            return try sharing.complete(
                Dictionary(uniqueKeysWithValues: zip(own, drawn)), of: requests, version: version)
        } catch let error as EngineError {
            throw failure(error)
        }
    }

    private func run(
        _ request: DrawRequest, _ ended: (_ response: Int, inout DrawnResponse) async -> Void
    ) async throws -> [DrawnResponse] {
        var outputs = Array(repeating: TokenOutput(), count: request.count)
        var drawn = [DrawnResponse?](repeating: nil, count: request.count)
        for try await events in try await submit(generation(for: request)) {
            sharing?.goesOn()
            for event in events {
                switch event {
                case .tokens(let index, let run): outputs[index].append(run)
                case .finished(let index, let finished):
                    var response = response(outputs[index], finished, to: request)
                    await ended(index, &response)
                    if let origin = request.origin { engine.countTreeRollout(of: policy.name, from: origin) }
                    drawn[index] = response
                case .started, .echoed, .stepClosed: break
                }
            }
        }
        return drawn.map { response in
            guard let response else { preconditionFailure("one of \(request.count) responses did not end") }
            return response
        }
    }

    func submit(_ request: GenerationRequest) async throws -> Generation {
        do {
            return try await engine.submit(request, patience: patience)
        } catch EngineError.unknownVersion where outlivesVersion {
            var request = request
            request.version = nil
            return try await engine.submit(request, patience: patience)
        }
    }

    private func generation(for wanted: DrawRequest) -> GenerationRequest {
        let limit = wanted.limit ?? longest(behind: wanted.prompt) - wanted.kept.count
        var request = GenerationRequest(prompt: wanted.prompt)
        request.policy = policy.name
        request.version = version
        request.forcedResponse = wanted.kept
        request.count = wanted.count
        request.sampling = sampling
        request.sampling.temperature = wanted.temperature ?? sampling.temperature
        request.sampling.maxTokens = limit
        request.sampling.minTokens = min(max(sampling.minTokens - wanted.kept.count, 0), limit)
        request.sampling.seed = wanted.seed
        request.detail = TokenDetail(
            logprobs: true, topLogprobs: wanted.strategy?.needs.contains(.leaders) == true ? 2 : 0, entropies: true)
        request.capture = wanted.capture
        request.priority = priority
        request.cachesResponse = wanted.cachesResponse
        return request
    }

    private func response(
        _ output: TokenOutput, _ finished: FinishedResponse, to request: DrawRequest
    ) -> DrawnResponse {
        var rollout = RolloutTree.Rollout(output, version: finished.version, isComplete: finished.reason != .length)
        if let strategy = request.strategy {
            if let trace = finished.trace {
                rollout.take(trace, for: strategy)
            } else {
                let texts = policy.tokenizer.texts
                rollout.take(
                    StepSegmentation(
                        promptLength: request.prompt.count,
                        responseTokens: (request.kept + output.ids).map(texts.bytes), separator: request.separator))
            }
        }
        return DrawnResponse(
            rollout: rollout, text: output.text, computedTokens: finished.computedTokens,
            states: finished.states)
    }
}

/// Divides requests for responses between this engine and others.
public protocol DrawSharing: Sendable {
    /// Whether a request, by its number, is drawn here.
    func isOwn(_ request: Int) -> Bool

    /// Called whenever there are more tokens of responses that are drawn here, for those who wait for them.
    func goesOn()

    /// The responses to all requests.
    ///
    /// - Parameters:
    ///   - own: Those that were drawn here, by request.
    ///   - requests: All of them, as they are here.
    ///   - version: The number that the weights drawn from have here.
    func complete(
        _ own: [Int: [DrawnResponse]], of requests: [DrawRequest], version: Int
    ) throws -> [[DrawnResponse]]
}

extension DrawnResponse {
    /// A response that was drawn elsewhere.
    public init(
        elsewhere rollout: RolloutTree.Rollout, text: String, computedTokens: Int, states: PooledStates? = nil
    ) {
        self.init(rollout: rollout, text: text, computedTokens: computedTokens, states: states)
    }
}
