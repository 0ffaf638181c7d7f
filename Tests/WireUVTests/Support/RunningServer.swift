import TestSupport
import Testing
import Threads
import Wire

@testable import WireUV

/// A server on a free port for the time of a test.
struct RunningServer {
    let server: UVServer
    let address: SocketAddress
    let handler: EchoHandler

    /// A client of this server; the caller closes it.
    func client(_ configure: (inout ClientOptions) -> Void = { _ in }) -> UVClient {
        var options = ClientOptions()
        options.host = address.host
        options.port = address.port
        configure(&options)
        return UVClient(options)
    }
}

func withServer(
    http: any HTTPHandler = NoHTTP(), _ configure: (inout ServerOptions) -> Void = { _ in },
    _ body: (RunningServer) async throws -> Void
) async throws {
    var options = ServerOptions()
    options.port = 0
    // Tests of these set them; in all others a client may be as slow as the machine makes it.
    options.handshakeTimeout = hangLimit
    options.headerTimeout = hangLimit
    configure(&options)
    EventLoop.shared.watch.forgetWorst()
    let server = UVServer(options, http: http)
    let handler = EchoHandler()
    let address = try await server.bind()
    async let running: Void = server.run(handler: handler)
    do {
        try await body(RunningServer(server: server, address: address, handler: handler))
    } catch {
        handler.release()
        server.stopNow()
        throw error
    }
    expectShortTurns(of: .shared)
    handler.release()
    server.stopNow()
    do {
        try await running
    } catch let error as RPCError where error.code == .unavailable {
        // The test was over before the server had begun.
    }
}

/// What one turn of the loop may cost: clients of a test run there too, and tests are not optimised everywhere.
private let turnLimit = processorLimit(.milliseconds(50))

/// Fails the test when a turn of the loop took long, in processor time: a busy machine makes none longer.
func expectShortTurns(of loop: EventLoop) {
    guard let worst = loop.watch.worst else { return }
    #expect(worst.processor < turnLimit, "\(worst)")
}

/// A server and a client of it.
func withEcho(
    _ configure: (inout ServerOptions) -> Void = { _ in },
    _ body: (UVClient, RunningServer) async throws -> Void
) async throws {
    try await withServer(configure) { running in
        let client = running.client()
        do {
            try await body(client, running)
        } catch {
            await client.close()
            throw error
        }
        await client.close()
    }
}
