/// Notices a peer that makes work without wanting answers.
///
/// Two allowances, each a bucket that fills with time. Control frames (PING, SETTINGS, empty DATA and the like) are
/// harmless at any rate a client has a use for, and clients that measure bandwidth send a PING per round trip, so the
/// allowance is also filled whenever the peer is sent something.
///
/// Opening streams and resetting them without end, never waiting for an answer, is an attack ("rapid reset"). A client
/// may well cancel everything it has open, and do so again: resets of streams that have begun to answer are free, since
/// they cost no more than a call, and of others twice as many as may be open at once, and as many again each second.
struct FloodGuard {
    private var controlFrames = TokenBucket(capacity: 1000, perSecond: 100)
    private var resets: TokenBucket

    init(maxConcurrentStreams: Int) {
        resets = TokenBucket(capacity: Double(2 * maxConcurrentStreams), perSecond: Double(maxConcurrentStreams))
    }

    /// False when the connection is to be closed.
    mutating func allowsControlFrame(at now: ContinuousClock.Instant) -> Bool { controlFrames.take(at: now) }
    mutating func allowsReset(wasAnswered: Bool, at now: ContinuousClock.Instant) -> Bool {
        wasAnswered || resets.take(at: now)
    }

    /// The peer was sent something it asked for.
    mutating func payloadSent() { controlFrames.fill() }
}

/// An allowance that is used up by ones and comes back with time.
struct TokenBucket {
    let capacity: Double
    let perSecond: Double
    private var tokens: Double
    private var updated: ContinuousClock.Instant?

    init(capacity: Double, perSecond: Double) {
        self.capacity = capacity
        self.perSecond = perSecond
        tokens = capacity
    }

    mutating func take(at now: ContinuousClock.Instant) -> Bool {
        if tokens < capacity, let updated {
            tokens = min(capacity, tokens + (now - updated) / .seconds(1) * perSecond)
        }
        updated = now
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }

    mutating func fill() { tokens = capacity }
}
