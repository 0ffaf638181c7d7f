/// What to report of each token besides its id. In nats, of the model's own distribution: before bias, penalties,
/// temperature and truncation.
public struct TokenDetail: Sendable, Hashable {
    public var logprobs = false
    /// The number of most probable alternatives per position.
    public var topLogprobs = 0
    public var entropies = false

    public init(logprobs: Bool = false, topLogprobs: Int = 0, entropies: Bool = false) {
        self.logprobs = logprobs
        self.topLogprobs = topLogprobs
        self.entropies = entropies
    }

    /// Whether nothing besides ids and text is requested.
    public var isEmpty: Bool { !logprobs && topLogprobs == 0 && !entropies }
}

/// The details reported for one token.
public struct TokenStatistics: Sendable {
    public var logprob: Float
    public var entropy: Float
    public var top: [TokenLogprob]
}

public struct TokenLogprob: Sendable, Equatable {
    public var id: Int32
    public var logprob: Float

    public init(id: Int32, logprob: Float) {
        self.id = id
        self.logprob = logprob
    }
}
