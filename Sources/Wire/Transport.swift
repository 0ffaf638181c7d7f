/// One gRPC method: `/package.Service/Method` on the wire.
public struct MethodName: Hashable, Sendable, CustomStringConvertible {
    /// Full service name, for example `attnrl.v1.GenerationService`.
    public let service: String
    public let method: String

    public init(service: String, method: String) {
        self.service = service
        self.method = method
    }

    /// Parses `/service/method`; returns nil if the path has another form.
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

/// What a handler knows of a call besides its messages.
public struct CallContext: Sendable {
    public let method: MethodName
    /// Request metadata, without the headers that HTTP/2 and gRPC reserve.
    public let metadata: Metadata
    /// When the caller stops waiting.
    public let deadline: ContinuousClock.Instant?
    /// The other side's address, such as `127.0.0.1:4711`, or `in-process`.
    public let peer: String
    /// The executor that serves the connection, if it is a thread of its own. A handler that waits there for data it
    /// only passes on saves a thread switch each time. Nothing run there may take long.
    public let relay: (any TaskExecutor)?
    /// The SHA-256 of the certificate that the client proved to have, if it gave one.
    public let certificate: [UInt8]?
    /// Set by the gate.
    public var caller = Caller.anyone
    /// Whether the gate has been passed already: a call from within the process was let in with its request.
    package var isAdmitted = false

    public init(
        method: MethodName, metadata: Metadata, deadline: ContinuousClock.Instant?, peer: String,
        relay: (any TaskExecutor)? = nil, certificate: [UInt8]? = nil
    ) {
        self.method = method
        self.metadata = metadata
        self.deadline = deadline
        self.peer = peer
        self.relay = relay
        self.certificate = certificate
    }
}

/// A source of the messages in one direction of a call, one at a time.
public protocol MessageSource: Sendable {
    /// The next message's bytes, or nil after the last one.
    ///
    /// Throws an `RPCError` if the call ended otherwise: cancelled, deadline passed, connection lost.
    func next() async throws -> [UInt8]?

    /// The next message of a server's requests; a source within the process hands it over as it is.
    ///
    /// Throws INVALID_ARGUMENT, naming the field, for bytes that are no such message.
    func nextRequest<Request: ProtobufMessage>(_ type: Request.Type) async throws -> Request?
}

extension MessageSource {
    public func nextRequest<Request: ProtobufMessage>(_ type: Request.Type) async throws -> Request? {
        guard let bytes = try await next() else { return nil }
        return try Request(request: bytes)
    }
}

/// A sink for the messages in one direction of a call.
public protocol MessageSink: Sendable {
    /// Sends one message, waiting while the other side is slow to read earlier ones.
    ///
    /// Throws an `RPCError` if the call has ended.
    func send(_ message: [UInt8]) async throws

    /// Sends one of a server's responses; a sink within the process hands it over as it is.
    func sendResponse(_ response: some ProtobufMessage) async throws
}

extension MessageSink {
    public func sendResponse(_ response: some ProtobufMessage) async throws {
        try await send(response.serializedBytes())
    }
}

/// Serves calls. A transport runs one task per call and cancels it when the caller leaves or its deadline passes.
public protocol CallHandler: Sendable {
    /// Whether the method exists; if not, a transport answers UNIMPLEMENTED at once.
    func serves(_ method: MethodName) -> Bool

    /// Whether the method must be answered at once, regardless of other handlers. Its handler must neither compute nor
    /// block, and a transport runs it where no other handler is in its way.
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

/// A handler around another, with the same methods.
public protocol WrappingCallHandler: CallHandler {
    var handler: any CallHandler { get }
}

extension WrappingCallHandler {
    public func serves(_ method: MethodName) -> Bool { handler.serves(method) }

    public func isPrompt(_ method: MethodName) -> Bool { handler.isPrompt(method) }
}

/// Accepts calls and passes them to a handler.
public protocol ServerTransport: Sendable {
    /// Serves until calls in flight have ended after `beginShutdown`, or the task is cancelled.
    func run(handler: any CallHandler) async throws

    /// Stops accepting calls and lets those in flight finish.
    func beginShutdown()
}

/// Makes calls.
public protocol ClientTransport: Sendable {
    /// Starts a call. The deadline applies to connecting, sending and receiving.
    func startCall(
        _ method: MethodName, metadata: Metadata, deadline: ContinuousClock.Instant?
    ) async throws -> ClientCall

    /// Closes connections; calls in flight fail with UNAVAILABLE.
    func close() async
}

/// The caller's end of one call.
public struct ClientCall: Sendable {
    public let requests: any MessageSink
    /// Ends with nil if the server's status was OK, and throws it as an `RPCError` otherwise.
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

    /// Signals that no more requests follow.
    public func finishRequests() async throws { try await finish() }

    /// Cancels the call, and with it the server's handler.
    public func cancel() { onCancel() }

    /// The metadata sent with the status; empty until the responses have ended.
    public var trailingMetadata: Metadata { trailers() }
}
