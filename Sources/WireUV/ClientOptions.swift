public import Wire

/// Which server a client connects to, and how patient it is.
public struct ClientOptions: Sendable {
    public var host = "127.0.0.1"
    public var port = 8470
    /// Nil means that nothing is encrypted.
    public var tls: TLSContext?
    /// How long connecting may take before calls fail with UNAVAILABLE.
    public var connectTimeout = Duration.seconds(5)
    /// The longest response message; longer ones end the call with RESOURCE_EXHAUSTED.
    public var maxMessageBytes = 4 << 20
    /// The longest list of response headers or trailers.
    public var maxMetadataBytes = 16 << 10
    /// While calls are open, a server that has sent nothing for this long is sent a PING.
    public var keepaliveInterval = Duration.seconds(30)
    /// The connection is dropped if the server does not answer a PING within this time.
    public var keepaliveTimeout = Duration.seconds(20)
    /// Sent as `user-agent`.
    public var userAgent = "attnrl-swift"

    public init() {}

    /// Sent with every call, such as the caller's key.
    public var metadata = Metadata()

    var target: String { SocketAddress.joined(host: host, port: port) }
}
