import Guarding
import TestSupport
import Testing
import Wire

@testable import WireUV

@Suite("While handlers are held", .serialized)
struct HeldHandlerTests {
    private struct Pages: HTTPHandler {
        func respond(to request: HTTPRequest) async -> HTTPResponse { HTTPResponse(status: 200, text: "ok\n") }
        func isPrompt(_ request: HTTPRequest) -> Bool { request.path == "/healthz" }
    }

    /// Calls whose handlers keep their threads until the test is over; more than there are threads.
    private func holdThreads(_ client: UVClient, _ running: RunningServer, count: Int) async throws -> [ClientCall] {
        var calls: [ClientCall] = []
        for _ in 0..<count { calls.append(try await client.echo("Block")) }
        let begun = min(count, 60)
        #expect(await eventually { running.handler.begun.withLock { $0.count { $0 == "Block" } } >= begun })
        return calls
    }

    @Test("others are served, as long as fewer are held than there may be threads")
    func others() async throws {
        try await withEcho { client, running in
            let held = try await holdThreads(client, running, count: 40)
            for index in 0..<20 {
                let answer = try await client.all("Echo", [UInt8(index)])
                #expect(answer == [[UInt8(index)]])
            }
            running.handler.release()
            for call in held { #expect(try await call.responses.next() == nil) }
        }
    }

    @Test("health is answered however many are held, over HTTP/2 and HTTP/1.1")
    func health() async throws {
        try await withServer(http: Pages()) { running in
            let client = running.client()
            let held = try await holdThreads(client, running, count: 100)
            for _ in 0..<20 {
                let answer = try await client.all("Prompt", [7])
                #expect(answer == [[7]])
            }
            var options = ClientOptions()
            options.port = running.address.port
            #expect(try await HTTPPage.get("/healthz", options) == Array("ok\n".utf8))
            running.handler.release()
            for call in held { #expect(try await call.responses.next() == nil) }
            await client.close()
        }
    }

    @Test("their callers learn of a deadline, and of having cancelled")
    func deadline() async throws {
        try await withEcho { client, running in
            let late = try await client.echo("Block", timeout: .milliseconds(200))
            let error = await rpcError { _ = try await late.responses.next() }
            #expect(error?.code == .deadlineExceeded)
            let call = try await client.echo("Block")
            #expect(await eventually { running.handler.begun.withLock { $0.contains("Block") } })
            call.cancel()
            let cancelled = await rpcError { _ = try await call.responses.next() }
            #expect(cancelled?.code == .cancelled)
            let answer = try await client.all("Echo", [1])
            #expect(answer == [[1]])
        }
    }

    @Test("The loop itself can be held by nothing that a handler does")
    func loop() async throws {
        try await withEcho { client, running in
            _ = try await holdThreads(client, running, count: 100)
            // A turn that waited for one of them would never end.
            _ = try await EventLoop.shared.run { true }
        }
    }
}
