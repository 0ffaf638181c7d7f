import Wire

/// Calls a server's methods within its process.
///
/// A call runs in the task that makes it and is cancelled with it. A slow receiver of responses exerts backpressure on
/// the handler, as a slow client does.
struct Calls: Sendable {
    let handler: any CallHandler
    let metadata: Metadata
    let peer: String
    let deadline: ContinuousClock.Instant?

    func unary<Request, Response>(
        _ method: UnaryMethod<Request, Response>, _ request: Request
    ) async throws -> Response {
        var response: Response?
        try await run(method.name, [request.serializedBytes()]) { response = try Response(serializedBytes: $0) }
        guard let response else { throw RPCError(.internal, "\(method.name) sent no response.") }
        return response
    }

    /// - Parameter receive: Called with each response as it comes.
    func streaming<Request, Response>(
        _ method: ServerStreamingMethod<Request, Response>, _ request: Request,
        _ receive: @escaping (Response) async throws -> Void
    ) async throws {
        try await run(method.name, [request.serializedBytes()]) { try await receive(Response(serializedBytes: $0)) }
    }

    /// - Parameter requests: Serialized messages.
    func run(
        _ method: MethodName, _ requests: [[UInt8]], _ receive: @escaping ([UInt8]) async throws -> Void
    ) async throws {
        guard handler.serves(method) else { throw RPCError.unknownMethod(method.path) }
        let context = CallContext(method: method, metadata: metadata, deadline: deadline, peer: peer)
        let sink = Receiver(receive: receive)
        let outcome = await handler.outcome(of: context, requests: GivenRequests(requests), responses: sink)
        // The receiver's error is the cause of the call's, and says more.
        if let error = sink.error { throw error }
        _ = try outcome.get()
    }
}

/// Requests that are all available from the start.
private final class GivenRequests: MessageSource, @unchecked Sendable {  // one reader
    private var rest: ArraySlice<[UInt8]>

    init(_ requests: [[UInt8]]) { rest = requests[...] }

    func next() async throws -> [UInt8]? { rest.popFirst() }
}

/// Passes responses on, one at a time.
private final class Receiver: MessageSink, @unchecked Sendable {  // a handler sends one at a time
    private let receive: ([UInt8]) async throws -> Void
    private(set) var error: (any Error)?

    init(receive: @escaping ([UInt8]) async throws -> Void) { self.receive = receive }

    func send(_ message: [UInt8]) async throws {
        do {
            try await receive(message)
        } catch {
            self.error = error
            throw error
        }
    }
}
