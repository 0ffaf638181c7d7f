import Guarding
import TestSupport
import Testing
import Wire

@testable import WireUV

@Suite("Back-pressure")
struct BackPressureTests {
    @Test("A reader that stops makes the handler wait, with bounded bytes under way")
    func slowReader() async throws {
        try await withEcho { client, running in
            let other = running.client()
            let call = try await client.echo("Flood")
            _ = try await call.responses.next()
            let last = try await running.handler.floodedMessages(other)
            // The client's window of 4 MiB, 256 KiB in the handler's channel, and a frame or so.
            #expect(last * 1029 < 5 << 20)
            for _ in 0..<last + 5000 { _ = try await call.responses.next() }
            call.cancel()
            await other.close()
        }
    }

    @Test("A client that stops reading its socket makes the handler wait")
    func slowSocket() async throws {
        try await withServer { running in
            let raw = try await RawClient(to: running.address)
            raw.pauseReading()
            // Windows as large as there are, so that only the socket holds the server back.
            let window = Frame.make(type: 4, [0, 4, 0x7F, 0xFF, 0xFF, 0xFF])
            let connection = Frame.make(type: 8, Frame.big(0x7FFF_0000))
            raw.send(Frame.preface + window + connection + Frame.request(1, path: "/test.Echo/Flood", flags: 5))
            let other = running.client()
            let last = try await running.handler.floodedMessages(other)
            // 1 MiB queued for the socket, what the kernel takes (6 MiB at most by default), 256 KiB in the channel.
            #expect(last * 1029 < 12 << 20)
            raw.close()
            #expect(await eventually { running.handler.log.withLock { $0.last == "Flood CANCELLED" } })
            await other.close()
        }
    }

    @Test("A handler that does not read makes the sender wait, with bounded bytes under way")
    func slowHandler() async throws {
        try await withEcho { client, running in
            let other = running.client()
            let call = try await client.echo("Sleep")
            let sent = Guarded(0)
            let sender = Task {
                while true {
                    try await call.requests.send([UInt8](repeating: 0, count: 10_000))
                    sent.withLock { $0 += 10_005 }
                }
            }
            #expect(await eventually { sent.withLock { $0 } > 4 << 20 })
            // Time for more, if there were nothing to stop it.
            for _ in 0..<200 { _ = try await other.all("Echo", [1]) }
            #expect(sent.withLock { $0 } < 5 << 20)
            call.cancel()
            await #expect(throws: RPCError.self) { try await sender.value }
            await other.close()
        }
    }

    @Test("One stream that waits does not hold up its neighbours")
    func neighbours() async throws {
        try await withEcho { client, running in
            let other = running.client()
            let stuck = try await client.echo("Flood")
            _ = try await stuck.responses.next()
            _ = try await running.handler.floodedMessages(other)
            await other.close()
            let messages = try await client.all("Count", Array("3000".utf8))
            #expect(messages.count == 3000)
            stuck.cancel()
        }
    }

    @Test("Requests longer in all than every window get through a handler that reads them")
    func longUpload() async throws {
        try await withEcho { client, _ in
            let call = try await client.echo("Echo")
            async let received = call.responses.all()
            for _ in 0..<600 { try await call.requests.send([UInt8](repeating: 0, count: 100_000)) }
            try await call.finishRequests()
            let count = try await received.count
            #expect(count == 600)
        }
    }
}
