import Sampling
import Threads

/// A prompt and a response to it that is there.
public struct GivenTokens: Sendable, Hashable {
    public let prompt: [Int32]
    public let response: [Int32]

    public init(prompt: [Int32], response: [Int32]) {
        self.prompt = prompt
        self.response = response
    }
}

extension ResponseDrawer {
    /// Hidden states of given responses, in their order; nothing is drawn.
    ///
    /// - Parameters:
    ///   - layer: See `CaptureParameters.stateLayer`.
    ///   - capture: How responses are cut into steps, whose means are returned as well.
    /// - Throws: The first failure, which ends the other requests, or `CancellationError`.
    public func states(
        of responses: [GivenTokens], layer: Int, capture: CaptureParameters = CaptureParameters()
    ) async throws -> [PooledStates] {
        var capture = capture
        capture.stateLayer = layer
        let wanted = capture
        do {
            return try await mapAtOnce(responses, limit: window) { _, given in
                var request = GenerationRequest(prompt: given.prompt)
                request.policy = policy.name
                request.version = version
                request.forcedResponse = given.response
                request.sampling.maxTokens = 0
                request.capture = wanted
                request.priority = priority
                for try await events in try await submit(request) {
                    for case .finished(_, let finished) in events {
                        if let states = finished.states { return states }
                    }
                }
                preconditionFailure("a response ended without the hidden states that were asked for")
            }
        } catch let error as EngineError {
            throw failure(error)
        }
    }
}
