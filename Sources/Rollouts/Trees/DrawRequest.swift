public import Influence
public import Trees

/// Responses to draw that share a beginning: one request to the engine, which computes the common part once.
public struct DrawRequest: Sendable {
    public enum Origin: Sendable { case prompt, branch }

    public let prompt: [Int32]
    /// The beginning of the response, which all of them continue.
    public let kept: [Int32]
    public let count: Int
    /// Response i depends only on this seed and i, whatever else is drawn.
    public let seed: UInt64
    /// The temperature to draw at; nil for that of the drawer's other requests.
    public var temperature: Float?
    /// The most tokens each response may draw after what it keeps; nil allows what remains of a whole response.
    public var limit: Int?
    public var capture: CaptureParameters?
    /// The strategy that steps are scored for; nil leaves responses uncut.
    public var strategy: BranchStrategy?
    /// Where steps end, see `CaptureParameters`.
    public var separator: StepSeparator?
    /// Where the responses begin, if they belong to a tree.
    public internal(set) var origin: Origin?
    /// See `GenerationRequest.cachesResponse`.
    public var cachesResponse: Bool?

    public init(prompt: [Int32], kept: [Int32] = [], count: Int, seed: UInt64) {
        self.prompt = prompt
        self.kept = kept
        self.count = count
        self.seed = seed
    }

    /// One response that continues what one of these has drawn, to its end, and is captured and cut into steps as whole
    /// ones are. It has no origin: both parts count as one response.
    public func continued(by tokens: [Int32], seed: UInt64) -> DrawRequest {
        var request = DrawRequest(prompt: prompt, kept: kept + tokens, count: 1, seed: seed)
        request.temperature = temperature
        (request.capture, request.strategy, request.separator) = (capture, strategy, separator)
        return request
    }
}

/// A drawn response.
public struct DrawnResponse: Sendable {
    /// Its own tokens, after what it keeps, and the steps of the whole response if requested.
    public var rollout: RolloutTree.Rollout
    /// The text of its own tokens.
    public let text: String
    /// Tokens the engine computed for it.
    public let computedTokens: Int
    /// If the request's `capture` asked for them.
    public var states: PooledStates?
}
