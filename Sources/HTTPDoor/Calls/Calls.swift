import Wire

/// Calls a server's methods within its process.
///
/// A call runs in the task that makes it and is cancelled with it. A slow receiver of responses exerts backpressure on
/// the handler, as a slow client does.
struct Calls: Sendable {
    let handler: any CallHandler
    let metadata: Metadata
    let peer: String
    var certificate: [UInt8]?
    /// Who asks, if the door has let them in.
    var caller: Caller?
    let deadline: ContinuousClock.Instant?

    /// For what a route has to know: who may use the route needs no further scope.
    func admitted(to scope: V1.Scope) -> Calls {
        var calls = self
        calls.caller = caller?.with(scope)
        return calls
    }

    func unary<Request, Response>(
        _ method: UnaryMethod<Request, Response>, _ request: Request
    ) async throws -> Response {
        try await one(method.name, [request])
    }

    /// The only response of a method.
    func one<Response: ProtobufMessage>(
        _ method: MethodName, _ requests: [any ProtobufMessage], _ type: Response.Type = Response.self
    ) async throws -> Response {
        var response: Response?
        try await run(method, requests) { response = $0 }
        guard let response else { throw RPCError(.internal, "\(method) sent no response.") }
        return response
    }

    /// - Parameter receive: Called with each response as it comes.
    func streaming<Request, Response>(
        _ method: ServerStreamingMethod<Request, Response>, _ request: Request,
        _ receive: @escaping (Response) async throws -> Void
    ) async throws {
        try await run(method.name, [request], receive)
    }

    /// Messages are handed over as they are, neither encoded nor decoded.
    func run<Response: ProtobufMessage>(
        _ method: MethodName, _ requests: [any ProtobufMessage], _ receive: @escaping (Response) async throws -> Void
    ) async throws {
        guard handler.serves(method) else { throw RPCError.unknownMethod(method.path) }
        var context = CallContext(
            method: method, metadata: metadata, deadline: deadline, peer: peer, certificate: certificate)
        if let caller {
            context.caller = caller
            context.isAdmitted = true
        }
        let sink = Receiver(receive: receive)
        let outcome = await handler.outcome(of: context, requests: GivenRequests(requests), responses: sink)
        // The receiver's error is the cause of the call's, and says more.
        if let error = sink.error { throw error }
        _ = try outcome.get()
    }
}

/// Requests that are all available from the start.
private final class GivenRequests: MessageSource, @unchecked Sendable {  // one reader
    private var rest: ArraySlice<any ProtobufMessage>

    init(_ requests: [any ProtobufMessage]) { rest = requests[...] }

    func next() async throws -> [UInt8]? { rest.popFirst()?.serializedBytes() }

    func nextRequest<Request: ProtobufMessage>(_ type: Request.Type) async throws -> Request? {
        guard let next = rest.popFirst() else { return nil }
        return try next as? Request ?? Request(serializedBytes: next.serializedBytes())
    }
}

/// Passes responses on, one at a time.
private final class Receiver<Response: ProtobufMessage>: MessageSink, @unchecked Sendable {
    // A handler sends one at a time.
    private let receive: (Response) async throws -> Void
    private(set) var error: (any Error)?

    init(receive: @escaping (Response) async throws -> Void) { self.receive = receive }

    func send(_ message: [UInt8]) async throws { try await pass(try Response(serializedBytes: message)) }

    func sendResponse(_ response: some ProtobufMessage) async throws {
        guard let response = response as? Response else { return try await send(response.serializedBytes()) }
        try await pass(response)
    }

    private func pass(_ response: Response) async throws {
        do {
            try await receive(response)
        } catch {
            self.error = error
            throw error
        }
    }
}
