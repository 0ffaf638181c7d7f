/// On whose behalf requests are made. Owners take fair turns, and each has limits of its own.
public struct RequestOwner: Sendable, Hashable {
    /// Whose limits count; empty for those who have none, such as all callers of a server without keys.
    public var name: String
    /// Who takes turns: those with the same text share one.
    public var turn: String
    /// Requests in flight or waiting; nil means no limit, here and below.
    public var requests: Int?
    /// Responses of those requests.
    public var responses: Int?
    /// Tokens of prompts and responses.
    public var tokensPerMinute: Int?
    /// Tokens that those requests may come to hold in key/value memory.
    public var heldTokens: Int?
    /// Bytes of attention captured for those requests.
    public var captureBytes: Int?

    /// - Parameter turn: Nil means the name.
    public init(
        name: String = "", turn: String? = nil, requests: Int? = nil, responses: Int? = nil,
        tokensPerMinute: Int? = nil,
        heldTokens: Int? = nil, captureBytes: Int? = nil
    ) {
        self.name = name
        self.turn = turn ?? name
        self.requests = requests
        self.responses = responses
        self.tokensPerMinute = tokensPerMinute
        self.heldTokens = heldTokens
        self.captureBytes = captureBytes
    }

    /// The owner of what the current task submits.
    @TaskLocal public static var current = RequestOwner()
}

/// What an owner uses at the moment.
struct OwnerAccount {
    var requests = 0
    var responses = 0
    var heldTokens = 0
    private var tokens = TokenAllowance()

    var isIdle: Bool { requests == 0 && tokens.isFull }

    /// Which limit another request would pass, if any.
    ///
    /// - Parameters:
    ///   - responses: Those of the request.
    ///   - mostTokens: The tokens that it may come to hold.
    ///   - places: The requests that any one owner may have, so that others find room.
    mutating func refusal(
        of owner: RequestOwner, responses: Int, mostTokens: Int, places: Int, now: ContinuousClock.Instant
    ) -> EngineError? {
        let most = min(owner.requests ?? places, places)
        if requests >= most { return .quotaFull(.requests, limit: most, retryAfter: .seconds(1)) }
        if let limit = owner.responses, self.responses + responses > limit {
            return .quotaFull(.responses, limit: limit, retryAfter: responses > limit ? nil : .seconds(1))
        }
        if let limit = owner.heldTokens, heldTokens + mostTokens > limit {
            return .quotaFull(.heldTokens, limit: limit, retryAfter: mostTokens > limit ? nil : .seconds(1))
        }
        guard let limit = owner.tokensPerMinute else { return nil }
        let wait = tokens.wait(perMinute: limit, now: now)
        return wait.map { .quotaFull(.tokensPerMinute, limit: limit, retryAfter: $0) }
    }

    mutating func charge(_ count: Int, to owner: RequestOwner, now: ContinuousClock.Instant) {
        if let limit = owner.tokensPerMinute { tokens.take(count, perMinute: limit, now: now) }
    }
}

/// Tokens that may be used: a minute's worth at first, refilled evenly.
///
/// What a response will take is not known beforehand, so it may take more than there is, and the next request waits
/// until that has been refilled.
struct TokenAllowance {
    private var left = 0.0
    private var limit = 0
    private var refilled: ContinuousClock.Instant?

    /// Nothing was taken lately.
    var isFull: Bool { refilled == nil || left >= Double(limit) }

    /// How long until there is any; nil if there is.
    mutating func wait(perMinute limit: Int, now: ContinuousClock.Instant) -> Duration? {
        refill(limit, now)
        return left > 0 ? nil : .seconds((1 - left) * 60 / Double(limit))
    }

    mutating func take(_ count: Int, perMinute limit: Int, now: ContinuousClock.Instant) {
        refill(limit, now)
        left -= Double(count)
    }

    private mutating func refill(_ limit: Int, _ now: ContinuousClock.Instant) {
        let elapsed = refilled.map { ($0.duration(to: now)) / .seconds(60) } ?? 1
        left = refilled == nil ? Double(limit) : min(Double(limit), left + elapsed * Double(limit))
        self.limit = limit
        refilled = now
    }
}
