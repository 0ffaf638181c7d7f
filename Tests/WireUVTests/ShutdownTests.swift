import Guarding
import TestSupport
import Testing
import Wire

@testable import WireUV

@Suite("Starting and stopping")
struct ShutdownTests {
    @Test("Draining lets calls in flight finish, refuses others, and ends the server")
    func drain() async throws {
        var options = ServerOptions()
        options.port = 0
        let server = UVServer(options)
        let address = try await server.bind()
        let serving = Task { try await server.run(handler: EchoHandler()) }
        var clientOptions = ClientOptions()
        clientOptions.port = address.port
        let client = UVClient(clientOptions)

        let call = try await client.echo("Echo")
        try await call.requests.send([1])
        #expect(try await call.responses.next() == [1])
        server.beginShutdown()
        // The client learns of it a moment later.
        #expect(await eventually { await rpcError { _ = try await client.all("Echo", [9]) }?.code == .unavailable })
        try await call.requests.send([2])
        try await call.finishRequests()
        #expect(try await call.responses.next() == [2])
        #expect(try await call.responses.next() == nil)
        try await serving.value
        await client.close()
    }

    @Test("A GOAWAY names the last stream that will be served")
    func goAway() async throws {
        try await withServer { running in
            let raw = try await RawClient(to: running.address)
            raw.send(Frame.opening + Frame.request(1))
            #expect(await eventually { running.handler.begun.withLock { $0 == ["Echo"] } })
            running.server.beginShutdown()
            func lastStreams() -> [[UInt8]] {
                Frame.parse(raw.bytes).filter { $0.type == 7 }.map { Array($0.payload.prefix(4)) }
            }
            // First that the end comes, then which call is the last: one may have been on its way.
            #expect(await eventually { lastStreams() == [[0x7F, 0xFF, 0xFF, 0xFF]] })
            raw.send(Frame.request(3))
            #expect(await eventually { running.handler.begun.withLock { $0.count } == 2 })
            #expect(await eventually { lastStreams().last == [0, 0, 0, 3] })
            #expect(Frame.goAwayCode(in: raw.bytes) == 0)
            raw.send(Frame.make(type: 0, flags: 1, stream: 1))
            raw.send(Frame.make(type: 0, flags: 1, stream: 3))
            #expect(await eventually { raw.isClosed })
        }
    }

    @Test("Who has connected when draining begins may still ask, once")
    func onTheWay() async throws {
        struct Pages: HTTPHandler {
            func respond(to request: HTTPRequest) async -> HTTPResponse { HTTPResponse(status: 200, text: "here\n") }
        }
        try await withServer(http: Pages()) { running in
            let request = Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok".utf8)
            let silent = try await RawClient(to: running.address), halfway = try await RawClient(to: running.address)
            halfway.send(Array(request.prefix(30)))
            try await Task.sleep(for: .milliseconds(50))
            running.server.beginShutdown()
            try await Task.sleep(for: .milliseconds(50))
            silent.send(request)
            halfway.send(Array(request.dropFirst(30)))
            for client in [silent, halfway] {
                let answer = String(decoding: await client.readToEnd(), as: UTF8.self)
                #expect(answer.hasPrefix("HTTP/1.1 200 OK") && answer.contains("connection: close"))
            }
            var afterwards: [UInt8] = []
            if let late = try? await RawClient(to: running.address) { afterwards = await late.readToEnd() }
            #expect(afterwards.isEmpty)
        }
    }

    @Test("Cancelling the server's task cancels its calls at once")
    func cancel() async throws {
        var options = ServerOptions()
        options.port = 0
        let server = UVServer(options)
        let address = try await server.bind()
        let handler = EchoHandler()
        let serving = Task { try await server.run(handler: handler) }
        var clientOptions = ClientOptions()
        clientOptions.port = address.port
        let client = UVClient(clientOptions)
        let call = try await client.echo("Sleep")
        #expect(await eventually { handler.begun.withLock { $0 == ["Sleep"] } })
        serving.cancel()
        let error = await rpcError { _ = try await call.responses.next() }
        #expect(error?.code == .unavailable)
        try await serving.value
        await client.close()
    }

    @Test("A server can be stopped before it runs, and while nobody is connected")
    func stopEarly() async throws {
        var options = ServerOptions()
        options.port = 0
        let early = UVServer(options)
        try await early.bind()
        early.beginShutdown()
        await #expect(throws: RPCError.self) { try await early.run(handler: EchoHandler()) }

        let idle = UVServer(options)
        var clientOptions = ClientOptions()
        clientOptions.port = try await idle.bind().port
        let serving = Task { try await idle.run(handler: EchoHandler()) }
        let client = UVClient(clientOptions)
        _ = try await client.all("Echo", [1])
        await client.close()
        idle.beginShutdown()
        try await serving.value
    }

    @Test("A port that is taken is a clear error that names it")
    func portTaken() async throws {
        try await withServer { running in
            var options = ServerOptions()
            options.port = running.address.port
            let error = await #expect(throws: BindError.self) { try await UVServer(options).bind() }
            #expect(error?.description.contains("127.0.0.1:\(running.address.port)") == true)
            #expect(error?.description.contains("--port") == true)
        }
    }

    @Test("A host that does not exist is a clear error")
    func unknownHost() async throws {
        var options = ServerOptions()
        options.host = "no-such-host.invalid"
        let error = await #expect(throws: BindError.self) { try await UVServer(options).bind() }
        #expect(error?.description.contains("no-such-host.invalid") == true)
    }

    @Test("Servers listen on names and on IPv6 too", arguments: ["localhost", "::1", "0.0.0.0"])
    func hosts(host: String) async throws {
        try await withServer({ $0.host = host }) { running in
            let client = running.client { if host == "0.0.0.0" { $0.host = "127.0.0.1" } }
            let messages = try await client.all("Echo", [4])
            #expect(messages == [[4]])
            await client.close()
        }
    }

    @Test("A server that is not there is UNAVAILABLE, with the address and what to do")
    func nobodyThere() async throws {
        var options = ServerOptions()
        options.port = 0
        let server = UVServer(options)
        let port = try await server.bind().port
        server.stopNow()
        var clientOptions = ClientOptions()
        clientOptions.port = port
        let client = UVClient(clientOptions)
        let isRefused = await eventually {
            let error = await rpcError { _ = try await client.echo("Echo") }
            return error?.code == .unavailable && error?.message.contains("127.0.0.1:\(port)") == true
                && error?.message.contains("attnrl serve") == true
        }
        #expect(isRefused)
        await client.close()
    }

    @Test("A server that accepts and then says nothing is given up in time")
    func silentServer() async throws {
        // The port is taken but nobody runs the server.
        var options = ServerOptions()
        options.port = 0
        let server = UVServer(options)
        var clientOptions = ClientOptions()
        clientOptions.port = try await server.bind().port
        clientOptions.connectTimeout = .milliseconds(200)
        let client = UVClient(clientOptions)
        let error = await rpcError { _ = try await client.all("Echo", timeout: hangLimit) }
        #expect(error?.code == .unavailable)
        await client.close()
        server.stopNow()
    }

    @Test("A server that speaks something else is UNAVAILABLE, and the message says so")
    func otherServer() async throws {
        let http = try await OneAnswerServer("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
        var options = ClientOptions()
        options.port = http.port
        let client = UVClient(options)
        let error = await rpcError { _ = try await client.all("Echo", [1]) }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("does not speak HTTP/2") == true)
        await client.close()
        http.close()
    }

    @Test("A client connects again after its server came back")
    func reconnect() async throws {
        var options = ServerOptions()
        options.port = 0
        let first = UVServer(options)
        let address = try await first.bind()
        let serving = Task { try await first.run(handler: EchoHandler()) }
        var clientOptions = ClientOptions()
        clientOptions.port = address.port
        let client = UVClient(clientOptions)
        _ = try await client.all("Echo", [1])
        serving.cancel()
        try await serving.value

        options.port = address.port
        let second = UVServer(options)
        try await second.bind()
        let servingAgain = Task { try await second.run(handler: EchoHandler()) }
        // The first call may still meet the old connection, whose end the client has not seen yet.
        #expect(await eventually { (try? await client.all("Echo", [2])) == [[2]] })
        await client.close()
        second.beginShutdown()
        try await servingAgain.value
    }

    @Test("Connections over the limit are closed, and there is room again when one goes")
    func connectionLimit() async throws {
        try await withServer({ $0.maxConnections = 1 }) { running in
            let first = running.client()
            _ = try await first.all("Echo", [1])
            let second = running.client()
            let error = await rpcError { _ = try await second.all("Echo", [1]) }
            #expect(error?.code == .unavailable)
            await first.close()
            let isServed = await eventually { await rpcError { _ = try await second.all("Echo", [1]) } == nil }
            #expect(isServed)
            await second.close()
        }
    }
}
