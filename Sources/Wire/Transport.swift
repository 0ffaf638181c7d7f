/// One gRPC method: `/package.Service/Method` on the wire.
public struct MethodName: Hashable, Sendable, CustomStringConvertible {
    /// Full service name, `attnrl.v1.GenerationService` say.
    public let service: String
    public let method: String

    public init(service: String, method: String) {
        self.service = service
        self.method = method
    }

    /// Parses `/service/method`; nil when the path has another form.
    public init?(path: some StringProtocol) {
        guard path.first == "/", let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return nil }
        let service = path[path.index(after: path.startIndex)..<slash]
        let method = path[path.index(after: slash)...]
        guard !service.isEmpty, !method.isEmpty else { return nil }
        self.init(service: String(service), method: String(method))
    }

    public var path: String { "/\(service)/\(method)" }
    public var description: String { path }
}

/// What a handler knows of a call beside its messages.
public struct CallContext: Sendable {
    public let method: MethodName
    /// Request metadata, without the headers HTTP/2 and gRPC use themselves.
    public let metadata: Metadata
    /// When the caller stops waiting.
    public let deadline: ContinuousClock.Instant?
    /// The other side, `127.0.0.1:4711` or `in-process`.
    public let peer: String
    /// Where the connection is served, if on a thread of its own: a handler that waits there for what it only passes on
    /// saves a change of threads each time. Nothing there may take long.
    public let relay: (any TaskExecutor)?

    public init(
        method: MethodName, metadata: Metadata, deadline: ContinuousClock.Instant?, peer: String,
        relay: (any TaskExecutor)? = nil
    ) {
        self.method = method
        self.metadata = metadata
        self.deadline = deadline
        self.peer = peer
        self.relay = relay
    }
}

/// Where messages of one direction of a call come from, one at a time.
public protocol MessageSource: Sendable {
    /// The next message's bytes, or nil after the last one.
    ///
    /// Throws `RPCError` when the call ended otherwise: cancelled, deadline passed, connection lost.
    func next() async throws -> [UInt8]?
}

/// Where messages of one direction of a call go.
public protocol MessageSink: Sendable {
    /// Sends one message, waiting while the other side is slow to take what was sent before.
    ///
    /// Throws `RPCError` when the call has ended.
    func send(_ message: [UInt8]) async throws
}

/// Serves calls. A transport runs one task per call and cancels it when the caller leaves or its deadline passes.
public protocol CallHandler: Sendable {
    /// Whether the method exists; a transport answers UNIMPLEMENTED at once where it does not.
    func serves(_ method: MethodName) -> Bool

    /// Whether the method has to be answered at once, whatever other handlers do. Its handler then neither computes nor
    /// blocks, and a transport runs it where no other handler is in its way.
    func isPrompt(_ method: MethodName) -> Bool

    /// Serves one call to its end and returns trailing metadata. A thrown `RPCError` becomes the call's status; any
    /// other error becomes INTERNAL without its text.
    func handle(
        _ context: CallContext, requests: any MessageSource, responses: any MessageSink
    ) async throws -> Metadata
}

extension CallHandler {
    public func isPrompt(_ method: MethodName) -> Bool { false }
}

/// Accepts calls and gives them to a handler.
public protocol ServerTransport: Sendable {
    /// Serves until `beginShutdown` was called and the calls in flight have ended, or the task is cancelled.
    func run(handler: any CallHandler) async throws

    /// Stops accepting calls and lets those in flight finish.
    func beginShutdown()
}

/// Makes calls.
public protocol ClientTransport: Sendable {
    /// Starts a call. Connecting, sending and receiving all end at the deadline.
    func startCall(
        _ method: MethodName, metadata: Metadata, deadline: ContinuousClock.Instant?
    ) async throws -> ClientCall

    /// Closes connections; calls in flight fail with UNAVAILABLE.
    func close() async
}

/// The caller's end of one call.
public struct ClientCall: Sendable {
    public let requests: any MessageSink
    /// Ends with nil when the server's status was OK, and throws it as `RPCError` otherwise.
    public let responses: any MessageSource
    private let finish: @Sendable () async throws -> Void
    private let onCancel: @Sendable () -> Void
    private let trailers: @Sendable () -> Metadata

    public init(
        requests: any MessageSink, responses: any MessageSource,
        finishRequests: @escaping @Sendable () async throws -> Void,
        cancel: @escaping @Sendable () -> Void,
        trailingMetadata: @escaping @Sendable () -> Metadata
    ) {
        self.requests = requests
        self.responses = responses
        self.finish = finishRequests
        self.onCancel = cancel
        self.trailers = trailingMetadata
    }

    /// Says that no more requests follow.
    public func finishRequests() async throws { try await finish() }

    /// Gives the call up; the server's handler is cancelled.
    public func cancel() { onCancel() }

    /// What came with the status; empty before the responses ended.
    public var trailingMetadata: Metadata { trailers() }
}
