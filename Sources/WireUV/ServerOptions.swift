/// How a server listens and what it tolerates.
///
/// Every default is safe to face strangers with.
public struct ServerOptions: Sendable {
    /// A name or number; `0.0.0.0` or `::` for every interface.
    public var host = "127.0.0.1"
    /// 0 takes a free port, reported by `UVServer.bind()`.
    public var port = 8470

    /// The longest request message; longer ones end the call with RESOURCE_EXHAUSTED.
    public var maxMessageBytes = 4 << 20
    /// The longest list of request headers, counted as HTTP/2 does: 32 bytes per field more than its text.
    public var maxMetadataBytes = 16 << 10
    /// Calls one connection may have open.
    public var maxConcurrentStreams = 1000
    /// Further connections are closed as they arrive; nil for no limit.
    public var maxConnections: Int?
    /// The longest body of an HTTP/1.1 request.
    public var maxHTTPBodyBytes = 1 << 20

    /// How long a new connection may take to its first complete request or HTTP/2 preface.
    public var handshakeTimeout = Duration.seconds(10)
    /// How long a request's headers may take to arrive once begun.
    public var headerTimeout = Duration.seconds(10)
    /// How long a connection may be without calls; nil for ever.
    ///
    /// HTTP/1.1 connections are closed after a minute anyway.
    public var idleTimeout: Duration?
    /// A peer that sent nothing for so long is sent a PING.
    public var keepaliveInterval = Duration.seconds(30)
    /// A peer that does not answer a PING within this time is given up.
    public var keepaliveTimeout = Duration.seconds(20)

    public init() {}
}
