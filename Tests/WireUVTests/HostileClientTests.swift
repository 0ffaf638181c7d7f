import Guarding
import TestSupport
import Testing
import Wire

@testable import WireUV

@Suite("Clients that mean no good")
struct HostileClientTests {
    /// What a server said to these bytes, once it closed the connection.
    private func conversation(
        _ bytes: [UInt8], _ configure: (inout ServerOptions) -> Void = { _ in }
    ) async throws -> [UInt8] {
        let answer = Guarded<[UInt8]>([])
        try await withServer(configure) { running in
            let raw = try await RawClient(to: running.address)
            raw.send(bytes)
            let end = await raw.readToEnd()
            #expect(raw.isClosed, "the server keeps the connection open")
            answer.withLock { $0 = end }
            // Whatever that was, others are served: sooner or later where the server allows them milliseconds.
            let client = running.client()
            #expect(await eventually { (try? await client.all("Echo", [1])) == [[1]] })
            await client.close()
        }
        return answer.withLock { $0 }
    }

    /// The frames a server sent to one stream.
    private func frames(
        _ stream: UInt32, after bytes: [UInt8], _ configure: (inout ServerOptions) -> Void = { _ in },
        until isDone: @escaping @Sendable ([Frame.Parsed]) -> Bool = { !$0.isEmpty }
    ) async throws -> [Frame.Parsed] {
        let frames = Guarded<[Frame.Parsed]>([])
        try await withServer(configure) { running in
            let raw = try await RawClient(to: running.address)
            raw.send(Frame.opening + bytes)
            let seen = { Frame.parse(raw.bytes).filter { $0.stream == stream } }
            #expect(await eventually { isDone(seen()) })
            frames.withLock { $0 = seen() }
            raw.close()
        }
        return frames.withLock { $0 }
    }

    @Test("A preface that goes wrong after PRI ends the connection")
    func garbagePreface() async throws {
        _ = try await conversation(Array("PRI * HTTP/3.0 nonsense and more nonsense".utf8))
    }

    @Test("A first frame that is not SETTINGS ends the connection")
    func wrongFirstFrame() async throws {
        _ = try await conversation(Frame.preface + Frame.ping())
    }

    @Test("A frame over the size limit ends the connection")
    func oversizedFrame() async throws {
        let answer = try await conversation(Frame.opening + [0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 1])
        #expect(Frame.goAwayCode(in: answer) == 6)
    }

    @Test("A connection that sends nothing is closed")
    func silence() async throws {
        _ = try await conversation([], { $0.handshakeTimeout = .milliseconds(300) })
    }

    @Test("A preface without settings is closed")
    func noSettings() async throws {
        _ = try await conversation(Frame.preface, { $0.handshakeTimeout = .milliseconds(300) })
    }

    @Test("Headers that never end are given up")
    func endlessHeaders() async throws {
        let bytes = Frame.opening + Frame.request(1, flags: 0)
        _ = try await conversation(bytes, { $0.headerTimeout = .milliseconds(300) })
    }

    @Test("A peer that answers no ping is given up")
    func deadPeer() async throws {
        let answer = try await conversation(
            Frame.opening + Frame.request(1, path: "/test.Echo/Sleep"),
            {
                $0.keepaliveInterval = .milliseconds(300)
                $0.keepaliveTimeout = .milliseconds(300)
            })
        #expect(Frame.parse(answer).contains { $0.type == 6 })
    }

    @Test("An idle connection is drained when there is a limit")
    func idle() async throws {
        let answer = try await conversation(Frame.opening, { $0.idleTimeout = .milliseconds(300) })
        #expect(Frame.goAwayCode(in: answer) == 0)
    }

    @Test("Opening and resetting streams without end is answered with ENHANCE_YOUR_CALM")
    func rapidReset() async throws {
        var bytes = Frame.opening
        for index in 0..<300 as Range<UInt32> { bytes += Frame.request(2 * index + 1) + Frame.reset(2 * index + 1) }
        let answer = try await conversation(bytes, { $0.maxConcurrentStreams = 10 })
        #expect(Frame.goAwayCode(in: answer) == 11)
    }

    @Test("Opening streams, waiting for their answers and resetting them may go on for ever")
    func cancellingOften() async throws {
        try await withServer({ $0.maxConcurrentStreams = 10 }) { running in
            let raw = try await RawClient(to: running.address)
            raw.send(Frame.opening)
            for round in 0..<12 as Range<UInt32> {
                let streams = (0..<10).map { 2 * (10 * round + $0) + 1 }
                for stream in streams { raw.send(Frame.request(stream) + Frame.data(stream, [0, 0, 0, 0, 0])) }
                let answered = { Set(Frame.parse(raw.bytes).filter { $0.type == 0 }.map(\.stream)) }
                #expect(await eventually { answered().isSuperset(of: streams) })
                for stream in streams { raw.send(Frame.reset(stream)) }
            }
            raw.send(Frame.ping())
            #expect(await eventually { Frame.parse(raw.bytes).contains { $0.type == 6 && $0.flags == 1 } })
            #expect(!raw.isClosed)
            raw.close()
        }
    }

    @Test("A flood of pings, settings or empty frames is answered with ENHANCE_YOUR_CALM", arguments: [0, 1, 2])
    func floods(kind: Int) async throws {
        let frame = [Frame.ping(), Frame.settings, Frame.data(1, [])][kind]
        let bytes = Frame.opening + Frame.request(1, path: "/test.Echo/Sleep") + (0..<3000).flatMap { _ in frame }
        let answer = try await conversation(bytes)
        #expect(Frame.goAwayCode(in: answer) == 11)
    }

    @Test("Pings at a rate clients use are all answered")
    func pings() async throws {
        try await withServer { running in
            let raw = try await RawClient(to: running.address)
            raw.send(Frame.opening)
            for _ in 0..<500 { raw.send(Frame.ping()) }
            #expect(await eventually { Frame.parse(raw.bytes).count { $0.type == 6 && $0.flags == 1 } == 500 })
            #expect(!raw.isClosed)
            raw.close()
        }
    }

    @Test("Metadata over the limit is RESOURCE_EXHAUSTED")
    func oversizedMetadata() async throws {
        try await withEcho({ $0.maxMetadataBytes = 8192 }) { client, _ in
            var metadata = Metadata()
            for index in 0..<20 { metadata.add("x-\(index)", String(repeating: "v", count: 600)) }
            let call = try await client.echo("Echo", metadata: metadata)
            let error = await rpcError { _ = try await call.responses.next() }
            #expect(error?.code == .resourceExhausted)
            #expect(error?.message.contains("8192") == true)
        }
    }

    @Test("A request with malformed headers is reset, and its connection goes on")
    func malformedHeaders() async throws {
        try await withServer({ $0.headerTimeout = .milliseconds(100) }) { running in
            let raw = try await RawClient(to: running.address)
            raw.send(Frame.opening + Frame.request(1, extra: [("Upper-Case", "x")]))
            #expect(await eventually { Frame.parse(raw.bytes).contains { $0.type == 3 && $0.stream == 1 } })
            // Longer than headers may take, and than the server takes to look.
            try await Task.sleep(for: .milliseconds(600))
            raw.send(Frame.request(3) + Frame.data(3, [0, 0, 0, 0, 0], end: true))
            #expect(await eventually { Frame.parse(raw.bytes).contains { $0.type == 0 && $0.stream == 3 } })
            raw.close()
        }
    }

    @Test("A client that stopped reading for good is given up although nothing more can be sent to it")
    func deadReader() async throws {
        try await withServer({
            $0.keepaliveInterval = .milliseconds(300)
            $0.keepaliveTimeout = .milliseconds(300)
        }) { running in
            let raw = try await RawClient(to: running.address)
            raw.pauseReading()
            let window = Frame.make(type: 4, [0, 4, 0x7F, 0xFF, 0xFF, 0xFF])
            let connection = Frame.make(type: 8, Frame.big(0x7FFF_0000))
            raw.send(Frame.preface + window + connection + Frame.request(1, path: "/test.Echo/Flood", flags: 5))
            #expect(await eventually { running.handler.log.withLock { $0.last == "Flood CANCELLED" } })
            raw.close()
        }
    }

    @Test("A message of 100 MB is refused when its length is known")
    func hugeMessage() async throws {
        let prefix: [UInt8] = [0, 0x06, 0x40, 0, 0]
        let frames = try await frames(
            1, after: Frame.request(1) + Frame.data(1, prefix), until: { $0.contains { $0.type == 3 } })
        // Trailers alone, then RST_STREAM(NO_ERROR): nothing more need be sent.
        #expect(frames.map(\.type) == [1, 3])
        #expect(frames.first?.flags == 5)
        #expect(frames.last?.payload == [0, 0, 0, 0])
    }

    @Test(
        "What is not gRPC is plain HTTP, which this server has no page for",
        arguments: [("POST", "text/html"), ("POST", "application/grpcx"), ("GET", "application/grpc")])
    func notGRPC(method: String, contentType: String) async throws {
        let request = Frame.request(1, method: method, contentType: contentType, flags: 5)
        let frames = try await frames(1, after: request)
        #expect(frames.first?.type == 1)
        // HPACK: index 13, which is `:status: 404`.
        #expect(frames.first?.payload.contains(0x8D) == true)
    }

    @Test("Streams over the limit are refused and the others served")
    func tooManyStreams() async throws {
        try await withServer({ $0.maxConcurrentStreams = 2 }) { running in
            let raw = try await RawClient(to: running.address)
            // A client that does not know the limit yet; going over it knowingly ends the connection.
            raw.send(Frame.opening)
            for stream in [1, 3, 5] as [UInt32] { raw.send(Frame.request(stream)) }
            // REFUSED_STREAM.
            #expect(
                await eventually {
                    Frame.parse(raw.bytes).contains { $0.type == 3 && $0.stream == 5 && $0.payload == [0, 0, 0, 7] }
                })
            raw.send(Frame.data(1, [0, 0, 0, 0, 0], end: true))
            #expect(await eventually { Frame.parse(raw.bytes).contains { $0.stream == 1 && $0.flags & 1 == 1 } })
            raw.close()
        }
    }
}
