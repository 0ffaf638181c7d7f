/// Makes typed calls through a transport.
public struct RPCClient: Sendable {
    private let transport: any ClientTransport

    public init(transport: any ClientTransport) {
        self.transport = transport
    }

    /// Sends one request and waits for the one response.
    ///
    /// Throws the call's status as an `RPCError` if it is not OK.
    ///
    /// The call ends at the deadline or when the task is cancelled.
    public func unary<Request, Response>(
        _ method: UnaryMethod<Request, Response>, _ request: Request, metadata: Metadata = [:],
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> Response {
        let call = StartedCall(try await transport.startCall(method.name, metadata: metadata, deadline: deadline))
        try await call.sendOnly(request.serializedBytes())
        guard let bytes = try await call.next() else { throw Self.wrongCount("none", method.name) }
        let response = try Response(response: bytes)
        guard try await call.next() == nil else { throw Self.wrongCount("more", method.name) }
        return response
    }

    /// The responses to one request, as they arrive.
    ///
    /// Each iteration makes one call, which starts with the first `next()`. Leaving the loop, or cancelling its task,
    /// cancels the call.
    public func serverStreaming<Request, Response>(
        _ method: ServerStreamingMethod<Request, Response>, _ request: Request, metadata: Metadata = [:],
        deadline: ContinuousClock.Instant? = nil
    ) -> ResponseSequence<Response> {
        ResponseSequence { [transport] in
            let call = StartedCall(try await transport.startCall(method.name, metadata: metadata, deadline: deadline))
            try await call.sendOnly(request.serializedBytes())
            return call
        }
    }

    /// Starts a call in which both sides stream.
    public func bidirectional<Request, Response>(
        _ method: BidirectionalMethod<Request, Response>, metadata: Metadata = [:],
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> BidirectionalCall<Request, Response> {
        BidirectionalCall(
            StartedCall(try await transport.startCall(method.name, metadata: metadata, deadline: deadline)))
    }

    private static func wrongCount(_ sent: String, _ method: MethodName) -> RPCError {
        RPCError(
            .internal, reason: "RESPONSE_COUNT", "\(method) gives exactly one response and the server sent \(sent).",
            values: ["method": method.path, "sent": sent])
    }
}

/// Responses of a server-streaming call.
///
/// See ``RPCClient/serverStreaming(_:_:metadata:deadline:)``.
public struct ResponseSequence<Response: ProtobufMessage>: AsyncSequence, Sendable {
    private let start: @Sendable () async throws -> StartedCall

    init(start: @escaping @Sendable () async throws -> StartedCall) {
        self.start = start
    }

    public struct Iterator: AsyncIteratorProtocol {
        private enum State {
            case idle(@Sendable () async throws -> StartedCall)
            case started(StartedCall)
            case ended
        }

        private var state: State

        fileprivate init(start: @escaping @Sendable () async throws -> StartedCall) {
            state = .idle(start)
        }

        /// The next response, or nil if the call ended well; otherwise throws the call's status, once.
        public mutating func next() async throws -> Response? {
            do {
                guard let call = try await call(), let bytes = try await call.next() else {
                    state = .ended
                    return nil
                }
                return try Response(response: bytes)
            } catch {
                state = .ended
                throw error
            }
        }

        private mutating func call() async throws -> StartedCall? {
            switch state {
            case .ended: return nil
            case .started(let call): return call
            case .idle(let start):
                let call = try await start()
                state = .started(call)
                return call
            }
        }
    }

    public func makeAsyncIterator() -> Iterator { Iterator(start: start) }
}

/// A call in which both sides stream.
///
/// It is cancelled when the last reference to it is released.
public struct BidirectionalCall<Request: ProtobufMessage, Response: ProtobufMessage>: Sendable {
    private let call: StartedCall

    init(_ call: StartedCall) { self.call = call }

    /// Sends a request, waiting while the server is slow to read earlier ones.
    public func send(_ request: Request) async throws { try await call.send(request.serializedBytes()) }

    /// Signals that no more requests follow.
    public func finishRequests() async throws { try await call.finishRequests() }

    /// The next response, or nil if the call ended well; otherwise throws the call's status.
    public func next() async throws -> Response? {
        try await call.next().map { bytes in try Response(response: bytes) }
    }

    /// Cancels the call.
    public func cancel() { call.cancel() }
}
