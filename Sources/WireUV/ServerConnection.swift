internal import Logging
internal import Wire

/// One accepted connection: detects the client's protocol and passes the bytes on.
///
/// Loop thread only.
final class ServerConnection: ByteChannelDelegate {
    private enum Mode {
        /// The bytes so far, too few to tell the protocol.
        case undecided([UInt8])
        case http1(HTTP1Connection)
        case http2(HTTP2ServerConnection)
    }

    private var mode = Mode.undecided([])
    private let channel: any ByteChannel
    private let peer: String
    private let environment: ServerEnvironment
    private let opened = ContinuousClock.now
    private var stall: StallState
    /// When it was told to end.
    private var endingSince: ContinuousClock.Instant?

    /// How long a connection that is to end may still say nothing: its first request may be on its way, and whoever sent it
    /// could not know whether it was read.
    private static let onTheWay = Duration.seconds(1)

    init(over channel: any ByteChannel, peer: String, environment: ServerEnvironment) {
        self.channel = channel
        self.peer = peer
        self.environment = environment
        stall = StallState(limit: environment.options.keepaliveInterval + environment.options.keepaliveTimeout)
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        switch mode {
        case .http1(let connection): connection.received(bytes)
        case .http2(let connection): connection.received(bytes)
        case .undecided(let before): decide(before + bytes)
        }
    }

    /// HTTP/2 begins with `PRI * HTTP/2.0`; two bytes would not be enough, since `PROPFIND` begins with `PR` too.
    private func decide(_ bytes: [UInt8]) {
        let preface: [UInt8] = Array("PRI".utf8)
        if bytes.count < preface.count, preface.starts(with: bytes) {
            mode = .undecided(bytes)
        } else if bytes.starts(with: preface) {
            let connection = HTTP2ServerConnection(over: channel, peer: peer, environment: environment)
            mode = .http2(connection)
            bytes.withUnsafeBytes(connection.received)
        } else {
            let connection = HTTP1Connection(over: channel, peer: peer, environment: environment)
            mode = .http1(connection)
            bytes.withUnsafeBytes(connection.received)
        }
        if endingSince != nil { beginShutdown() }
    }

    func flushed() {
        switch mode {
        case .undecided: break
        case .http1(let connection): connection.flushed()
        case .http2(let connection): connection.flushed()
        }
    }

    func disconnected(_ reason: String) {
        switch mode {
        case .undecided:
            if let why = (channel as? TLSChannel)?.handshakeFailure { environment.handshakeFailed(peer, why) }
        case .http1(let connection): connection.disconnected()
        case .http2(let connection): connection.disconnected()
        }
    }

    /// Accepts no more requests, and closes once those in flight are answered.
    func beginShutdown() {
        endingSince = endingSince ?? .now
        switch mode {
        case .undecided: break
        case .http1(let connection): connection.beginShutdown()
        case .http2(let connection): connection.beginShutdown()
        }
    }

    /// Closes now; calls in flight are cancelled.
    func abort() {
        channel.close()
        disconnected("the server closed it")
    }

    func tick(_ now: ContinuousClock.Instant) {
        guard !stall.isStalled(queued: channel.queuedBytes, taken: channel.takenBytes, at: now) else {
            environment.debug("closing a connection", ["peer": peer, "reason": "it takes no answers"])
            return abort()
        }
        switch mode {
        case .undecided:
            let isLate = endingSince.map { now - $0 > Self.onTheWay } ?? false
            if isLate || now - opened > environment.options.handshakeTimeout { channel.close() }
        case .http1(let connection): connection.tick(now)
        case .http2(let connection): connection.tick(now)
        }
    }
}
