import Influence
import Jobs
import Rollouts
import Threads
import Trees

/// Responses to draw that begin alike.
struct DrawRequest: Sendable {
    let prompt: [Int32]
    /// The beginning of the response, which all of them continue.
    var kept: [Int32] = []
    var count: Int
    /// Response i depends on it and i alone, whatever else is drawn.
    let seed: UInt64
    var capture: CaptureParameters?
    /// Whether the responses are continued soon, under the same version.
    var isContinued = false
}

/// A response the policy has drawn.
struct DrawnResponse: Sendable {
    /// What was drawn, behind what it was to continue.
    var output = TokenOutput()
    /// Whether it ended by itself, and not at the length limit.
    var isComplete = false
    /// Where attention was captured.
    var trace: AttentionTrace?

    var tokens: [Int32] { output.ids }
    var text: String { output.text }
}

/// Draws responses from a policy through the engine that serves, behind interactive requests.
struct RolloutDrawer: Sendable {
    let engine: Engine
    let policy: PolicyInfo
    /// How long a request may go without news.
    let waitSeconds: Double

    /// Requests that are in flight at the same time.
    private static let window = 256

    /// The responses to each request, all under one version of the weights and in one go.
    ///
    /// - Parameter sampling: Its limit is one of whole responses, and the context's where that is less: one that
    ///   continues something has so much less left.
    /// - Throws: `JobError` when the policy is not hosted any more or nothing comes in time, `CancellationError`.
    func draw(
        _ requests: [DrawRequest], sampling: SamplingParameters, version: Int?
    ) async throws -> [[DrawnResponse]] {
        let requests = requests.map { wanted in
            var request = GenerationRequest(prompt: wanted.prompt)
            request.policy = policy.name
            request.version = version
            request.forcedResponse = wanted.kept
            request.count = wanted.count
            request.sampling = sampling
            let room = policy.maxSequenceTokens - wanted.prompt.count
            request.sampling.maxTokens = min(sampling.maxTokens, room) - wanted.kept.count
            request.sampling.seed = wanted.seed
            request.detail = TokenDetail(logprobs: true, entropies: true)
            request.capture = wanted.capture
            request.priority = .batch
            request.cachesResponse = wanted.isContinued
            return request
        }
        return try await mapAtOnce(requests, limit: Self.window) { _, request in try await run(request) }
    }

    private func run(_ request: GenerationRequest) async throws -> [DrawnResponse] {
        let generation = try await submit(request)
        var responses = Array(repeating: DrawnResponse(), count: request.count)
        do {
            for try await events in generation {
                for event in events { Self.take(event, into: &responses) }
            }
        } catch let error as EngineError {
            throw translated(error)
        }
        return responses
    }

    /// Hands a request to the engine; when its queue is full, again a little later.
    private func submit(_ request: GenerationRequest) async throws -> Generation {
        do {
            return try await engine.submit(request, patience: .seconds(waitSeconds))
        } catch let error as EngineError where error.passesWithTime {
            throw JobError.waitedTooLong(
                waiter: "The job", subject: "a place in the queue of requests", seconds: waitSeconds)
        } catch let error as EngineError {
            throw translated(error)
        }
    }

    private func translated(_ error: EngineError) -> any Error {
        switch error {
        case .policyUnloaded, .unknownPolicy, .unknownVersion: JobError.policyUnloaded(policy: policy.name)
        case .cancelled: CancellationError()
        case .shuttingDown: JobError.shuttingDown
        default: error
        }
    }

    private static func take(_ event: GenerationEvent, into responses: inout [DrawnResponse]) {
        switch event {
        case .tokens(let index, let run):
            responses[index].output.append(run)
        case .finished(let index, let response):
            responses[index].isComplete = response.reason != .length
            responses[index].trace = response.trace
        case .started, .echoed, .stepClosed: break
        }
    }
}
