import Console
import Wire
import WireUV

/// A connection to a server, for the duration of one command.
struct Connection: Sendable {
    let client: RPCClient
    let server: Endpoint
    private let timeout: Duration

    /// Opens a connection for `body` and closes it afterwards.
    ///
    /// Failures of calls are converted to ones that name the server.
    static func open<Result>(
        _ arguments: ConnectionArguments, _ body: (Connection) async throws -> Result
    ) async throws -> Result {
        try await open(
            arguments.server, arguments.credentials, timeout: arguments.timeout.duration, body)
    }

    /// The same for commands that may wait for days.
    static func open<Result>(
        _ arguments: PatientConnectionArguments, _ body: (Connection) async throws -> Result
    ) async throws -> Result {
        try await open(arguments.server, arguments.credentials, timeout: arguments.timeout.duration, body)
    }

    /// - Parameter timeout: For each call; zero means none.
    private static func open<Result>(
        _ server: Endpoint, _ credentials: CredentialArguments, timeout: Duration,
        _ body: (Connection) async throws -> Result
    ) async throws -> Result {
        let transport = UVClient(try credentials.options(for: server))
        let connection = Connection(client: RPCClient(transport: transport), server: server, timeout: timeout)
        do {
            let result = try await body(connection)
            await transport.close()
            return result
        } catch {
            await transport.close()
            guard let status = error as? RPCError else { throw error }
            throw Failure(status, server: server.description)
        }
    }

    /// The deadline of a call that starts now; nil for none.
    private var deadline: ContinuousClock.Instant? { timeout == .zero ? nil : .now + timeout }

    func unary<Request, Response>(
        _ method: UnaryMethod<Request, Response>, _ request: Request
    ) async throws -> Response {
        try await client.unary(method, request, deadline: deadline)
    }

    func bidirectional<Request, Response>(
        _ method: BidirectionalMethod<Request, Response>
    ) async throws -> BidirectionalCall<Request, Response> {
        try await client.bidirectional(method, deadline: deadline)
    }

    func stream<Request, Response>(
        _ method: ServerStreamingMethod<Request, Response>, _ request: Request
    ) -> ResponseSequence<Response> {
        client.serverStreaming(method, request, deadline: deadline)
    }
}
