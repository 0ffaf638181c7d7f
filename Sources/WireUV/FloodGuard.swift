internal import Basics

/// Detects a peer that creates work without wanting answers.
///
/// There are two token buckets, which refill over time. Control frames (PING, SETTINGS, empty DATA and the like) are
/// harmless at any rate a client has a use for, and clients that measure bandwidth send a PING per round trip, so their
/// bucket is also refilled whenever the peer is sent something.
///
/// Endlessly opening streams that are reset before they are answered is an attack, whether the client resets them
/// ("rapid reset", CVE-2023-44487) or makes the server do it ("made you reset", CVE-2025-8671). But a client may well
/// cancel everything it has open, repeatedly. So resets of streams that have begun to answer are free, since they cost no
/// more than a call; of others, twice the maximum number of open streams may be reset at once, plus that maximum per
/// second.
struct FloodGuard {
    private var controlFrames = TokenBucket(capacity: 1000, perSecond: 100)
    private var resets: TokenBucket

    init(maxConcurrentStreams: Int) {
        resets = TokenBucket(capacity: Double(2 * maxConcurrentStreams), perSecond: Double(maxConcurrentStreams))
    }

    /// False if the connection should be closed.
    mutating func allowsControlFrame(at now: ContinuousClock.Instant) -> Bool { controlFrames.take(at: now) }
    mutating func allowsReset(wasAnswered: Bool, at now: ContinuousClock.Instant) -> Bool {
        wasAnswered || resets.take(at: now)
    }

    /// The peer was sent something it asked for.
    mutating func payloadSent() { controlFrames.fill() }
}
