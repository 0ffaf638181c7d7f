import Influence
import Trees

/// The responses from one place of a tree: one request to the engine.
struct TreeRequest: Sendable {
    let place: TreeExplorer.Place
    /// Tokens that each of its responses may draw.
    let limit: Int
    /// The beginning of the response, which all of them continue.
    let kept: [Int32]
    let isCaptured: Bool

    func engineRequest(_ growth: TreeGrowth, _ policy: PolicyInfo) -> GenerationRequest {
        var request = GenerationRequest(prompt: growth.prompt)
        request.policy = policy.name
        request.version = policy.version
        request.forcedResponse = kept
        request.count = place.count
        request.sampling = growth.sampling
        request.sampling.maxTokens = limit
        request.sampling.minTokens = min(max(growth.sampling.minTokens - kept.count, 0), limit)
        if let fork = place.fork {
            request.sampling.seed = TreeExplorer.seed(
                growth.sampling.seed, rollout: fork.rollout, offset: fork.offset)
        }
        request.detail = TokenDetail(logprobs: true, entropies: true)
        if isCaptured {
            var capture = CaptureParameters()
            capture.gap = growth.influenceGap
            capture.includesAfterThinking = growth.branching.includesAfterThinking
            request.capture = capture
        }
        return request
    }
}

/// A response that has ended.
struct DrawnRollout: Sendable {
    /// Which of its request's responses it is.
    let response: Int
    let rollout: RolloutTree.Rollout
    let text: String
    let computedTokens: Int
}
