/// Decides periodically whether to ping or close an HTTP/2 connection.
///
/// Only complete frames count as signs of life; trickling bytes do not.
struct LivenessState {
    struct Limits {
        var handshake: Duration
        var header: Duration
        var idle: Duration?
        var keepaliveInterval: Duration
        var keepaliveTimeout: Duration
    }

    enum Action: Equatable {
        case nothing
        case ping
        /// Close gracefully: nothing is lost.
        case drain
        case close(String)
    }

    private let limits: Limits
    private let opened: ContinuousClock.Instant
    private var lastFrame: ContinuousClock.Instant
    private var hasHandshake = false
    private var headersBegan: ContinuousClock.Instant?
    private var pingSent: ContinuousClock.Instant?
    private var idleSince: ContinuousClock.Instant?
    private var isDraining = false

    init(limits: Limits, now: ContinuousClock.Instant) {
        self.limits = limits
        opened = now
        lastFrame = now
        idleSince = now
    }

    /// Whether an answer to a ping is awaited. Answers to none are no sign of life, and a peer that sends them floods.
    var awaitsPingAnswer: Bool { pingSent != nil }

    mutating func frameReceived(at now: ContinuousClock.Instant) {
        lastFrame = now
        hasHandshake = true
        pingSent = nil
    }

    mutating func headersBegan(at now: ContinuousClock.Instant) { headersBegan = now }
    mutating func headersEnded() { headersBegan = nil }

    mutating func callCountChanged(to count: Int, at now: ContinuousClock.Instant) {
        if count > 0 { idleSince = nil } else if idleSince == nil { idleSince = now }
    }

    mutating func tick(at now: ContinuousClock.Instant) -> Action {
        if !hasHandshake {
            return now - opened > limits.handshake ? .close("no HTTP/2 settings arrived in time") : .nothing
        }
        if let headersBegan, now - headersBegan > limits.header { return .close("headers arrived too slowly") }
        if let pingSent {
            return now - pingSent > limits.keepaliveTimeout ? .close("a keepalive ping was not answered") : .nothing
        }
        if let idle = limits.idle, let idleSince, now - idleSince > idle, !isDraining {
            isDraining = true
            return .drain
        }
        if now - lastFrame > limits.keepaliveInterval {
            pingSent = now
            return .ping
        }
        return .nothing
    }
}
