public import Influence
public import Trees

/// Responses to draw that begin alike: one request to the engine, which computes what they have in common once.
public struct DrawRequest: Sendable {
    public let prompt: [Int32]
    /// The beginning of the response, which all of them continue.
    public let kept: [Int32]
    public let count: Int
    /// Response i depends on it and i alone, whatever else is drawn.
    public let seed: UInt64
    /// Tokens that each of the responses may draw behind what it keeps; nil for as many as a whole response has left.
    public var limit: Int?
    public var capture: CaptureParameters?
    /// What the steps of the responses are scored for; nil leaves responses uncut.
    public var strategy: BranchStrategy?
    /// See `GenerationRequest.cachesResponse`.
    public var cachesResponse: Bool?

    public init(prompt: [Int32], kept: [Int32] = [], count: Int, seed: UInt64) {
        self.prompt = prompt
        self.kept = kept
        self.count = count
        self.seed = seed
    }
}

/// A response that was drawn.
public struct DrawnResponse: Sendable {
    /// Its own tokens, behind what it keeps, and the steps of the whole response where these were asked for.
    public var rollout: RolloutTree.Rollout
    /// Of its own tokens.
    public let text: String
    /// Tokens that the engine computed for it.
    public let computedTokens: Int
}
