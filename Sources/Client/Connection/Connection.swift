import Console
import Wire
import WireUV

/// A server, for the length of one command.
struct Connection: Sendable {
    let client: RPCClient
    let server: Endpoint
    private let timeout: Duration

    /// Opens a connection for `body`, and closes it after.
    ///
    /// A call's failure becomes one that names the server.
    static func open<Result>(
        _ arguments: ConnectionArguments, _ body: (Connection) async throws -> Result
    ) async throws -> Result {
        try await open(arguments.server, timeout: arguments.timeout.duration, body)
    }

    /// - Parameter timeout: Of each call; zero for none.
    static func open<Result>(
        _ server: Endpoint, timeout: Duration, _ body: (Connection) async throws -> Result
    ) async throws -> Result {
        let transport = UVClient(ClientOptions(for: server))
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

    /// When a call that starts now is given up; nil for never.
    private var deadline: ContinuousClock.Instant? { timeout == .zero ? nil : .now + timeout }

    func unary<Request, Response>(
        _ method: UnaryMethod<Request, Response>, _ request: Request
    ) async throws -> Response {
        try await client.unary(method, request, deadline: deadline)
    }

    func stream<Request, Response>(
        _ method: ServerStreamingMethod<Request, Response>, _ request: Request
    ) -> ResponseSequence<Response> {
        client.serverStreaming(method, request, deadline: deadline)
    }
}

extension ClientOptions {
    init(for server: Endpoint) {
        self.init()
        host = server.host
        port = server.port
        userAgent = attnrlUserAgent
    }
}
