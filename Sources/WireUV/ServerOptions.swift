/// How a server listens and what it tolerates.
///
/// The defaults are safe for untrusted clients.
public struct ServerOptions: Sendable {
    /// A name or address; `0.0.0.0` or `::` for every interface.
    public var host = "127.0.0.1"
    /// 0 takes a free port, which `UVServer.bind()` returns.
    public var port = 8470

    /// Nil means that nothing is encrypted.
    public var tls: TLSServer?

    /// The longest request message; longer ones end the call with RESOURCE_EXHAUSTED.
    public var maxMessageBytes = 4 << 20
    /// The longest list of request headers, counted as in HTTP/2: the text plus 32 bytes per field.
    public var maxMetadataBytes = 16 << 10
    /// The number of calls that a connection may have open.
    public var maxConcurrentStreams = 1000
    /// The most open connections; further ones are closed on arrival. Nil means no limit.
    public var maxConnections: Int?
    /// The longest body of an HTTP/1.1 request.
    public var maxHTTPBodyBytes = 1 << 20

    /// The most bytes of requests that have not arrived completely, over all connections. Beyond it, the connection that
    /// holds the most loses them.
    public var maxUnfinishedBytes = 64 << 20

    /// The most bytes that compressed requests may have once they are decompressed, over all calls; at least one message.
    /// Beyond it, such requests end with RESOURCE_EXHAUSTED. As many as one connection may have under way otherwise.
    public var maxInflatedBytes = 16 << 20

    /// How long a new connection may take to send its first complete request or HTTP/2 preface.
    public var handshakeTimeout = Duration.seconds(10)
    /// How long a request's headers may take to arrive once begun.
    public var headerTimeout = Duration.seconds(10)
    /// How long a client may leave what is sent to it unread before the request ends.
    public var readTimeout = Duration.seconds(300)
    /// How long a connection may be without calls; nil means forever.
    ///
    /// HTTP/1.1 connections are closed after a minute anyway.
    public var idleTimeout: Duration?
    /// A peer that has sent nothing for this long is sent a PING.
    public var keepaliveInterval = Duration.seconds(30)
    /// The connection is dropped if the peer does not answer a PING within this time.
    public var keepaliveTimeout = Duration.seconds(20)

    public init() {}
}
