import Sampling
import Threads

/// Tokens whose log-probabilities are wanted, and what they follow.
public struct ScoreRequest: Sendable {
    public let prompt: [Int32]
    public let tokens: [Int32]

    /// - Precondition: Neither is empty.
    public init(prompt: [Int32], tokens: [Int32]) {
        precondition(!prompt.isEmpty && !tokens.isEmpty, "nothing can be scored")
        self.prompt = prompt
        self.tokens = tokens
    }
}

extension ResponseDrawer {
    /// The log-probability of every token of each request, as the policy gives it before temperature and truncation.
    ///
    /// - Throws: As `draw`.
    public func score(_ requests: [ScoreRequest]) async throws -> [[Float]] {
        do {
            return try await mapAtOnce(requests, limit: window) { _, request in try await logprobs(of: request) }
        } catch let error as EngineError {
            throw failure(error)
        }
    }

    private func logprobs(of wanted: ScoreRequest) async throws -> [Float] {
        var request = GenerationRequest(prompt: wanted.prompt)
        request.policy = policy.name
        request.version = version
        request.forcedResponse = wanted.tokens
        request.echoesForcedResponse = true
        request.sampling.maxTokens = 0
        request.detail = TokenDetail(logprobs: true)
        request.priority = priority
        var logprobs: [Float] = []
        for try await events in try await submit(request) {
            for case .echoed(let run) in events { logprobs += run.logprobs }
        }
        return logprobs
    }
}
