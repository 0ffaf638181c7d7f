import Guarding
import TestSupport
import Testing
import Wire

@testable import WireUV

@Suite("Cancellation and deadlines")
struct CancellationTests {
    private func ended(_ running: RunningServer, _ text: String) async -> Bool {
        await eventually { running.handler.log.withLock { $0.contains(text) } }
    }

    private func begun(_ running: RunningServer, _ method: String) async -> Bool {
        await eventually { running.handler.begun.withLock { $0.contains(method) } }
    }

    @Test("Cancelling before any message cancels the handler")
    func beforeMessages() async throws {
        try await withEcho { client, running in
            let call = try await client.echo("Echo")
            #expect(await begun(running, "Echo"))
            call.cancel()
            let error = await rpcError { _ = try await call.responses.next() }
            #expect(error?.code == .cancelled)
            #expect(await ended(running, "Echo CANCELLED"))
        }
    }

    @Test("Cancelling at once, before the request has left, is fine")
    func atOnce() async throws {
        try await withEcho { client, _ in
            for _ in 0..<100 {
                let call = try await client.echo("Echo")
                call.cancel()
                let error = await rpcError { _ = try await call.responses.next() }
                #expect(error?.code == .cancelled)
            }
            let messages = try await client.all("Echo", [1])
            #expect(messages == [[1]])
        }
    }

    @Test("Cancelling between messages cancels the handler")
    func betweenMessages() async throws {
        try await withEcho { client, running in
            let call = try await client.echo("Echo")
            try await call.requests.send([1])
            #expect(try await call.responses.next() == [1])
            call.cancel()
            #expect(await ended(running, "Echo CANCELLED"))
        }
    }

    @Test("Cancelling a handler that is stuck sending frees it")
    func whileSending() async throws {
        try await withEcho { client, running in
            let call = try await client.echo("Flood")
            _ = try await call.responses.next()
            let other = running.client()
            _ = try await running.handler.floodedMessages(other)
            await other.close()
            call.cancel()
            #expect(await ended(running, "Flood CANCELLED"))
        }
    }

    @Test("Cancelling after the end changes nothing")
    func afterTheEnd() async throws {
        try await withEcho { client, _ in
            let call = try await client.echo("Count")
            try await call.requests.send(Array("1".utf8))
            try await call.finishRequests()
            let messages = try await call.responses.all()
            call.cancel()
            #expect(messages.count == 1)
            let end = try await call.responses.next()
            #expect(end == nil)
        }
    }

    @Test("A task cancelled in its sleep is how a handler notices")
    func sleeping() async throws {
        try await withEcho { client, running in
            let call = try await client.echo("Sleep")
            #expect(await begun(running, "Sleep"))
            call.cancel()
            #expect(await ended(running, "Sleep CancellationError()"))
        }
    }

    @Test("A client that vanishes cancels its handlers")
    func vanishing() async throws {
        try await withServer { running in
            let raw = try await RawClient(to: running.address)
            raw.send(Frame.opening + Frame.request(1) + Frame.request(3, path: "/test.Echo/Sleep"))
            #expect(await begun(running, "Echo"))
            #expect(await begun(running, "Sleep"))
            raw.close()
            #expect(await ended(running, "Echo CANCELLED"))
            #expect(await ended(running, "Sleep CancellationError()"))
        }
    }

    @Test("A deadline that passes before headers were sent ends the call, and not before")
    func deadlineBeforeHeaders() async throws {
        try await withEcho { client, _ in
            let start = ContinuousClock.now
            let error = await rpcError { _ = try await client.all("Sleep", timeout: .milliseconds(100)) }
            let took = ContinuousClock.now - start
            #expect(error?.code == .deadlineExceeded)
            #expect(took >= .milliseconds(100))
        }
    }

    @Test("A deadline that passes cancels the handler")
    func deadlineCancelsHandler() async throws {
        try await withEcho { client, running in
            let hasBegun = { running.handler.begun.withLock { $0.contains("Sleep") } }
            for timeout in growingDeadlines where !hasBegun() {
                let error = await rpcError { _ = try await client.all("Sleep", timeout: timeout) }
                #expect(error?.code == .deadlineExceeded)
            }
            #expect(await ended(running, "Sleep CancellationError()"))
        }
    }

    @Test("A deadline that passes after headers were sent ends the call")
    func deadlineAfterHeaders() async throws {
        try await withEcho { client, _ in
            var isAnswered = false
            for timeout in growingDeadlines where !isAnswered {
                let error = await rpcError {
                    let call = try await client.echo("AnswerThenSleep", timeout: timeout)
                    #expect(try await call.responses.next() == [1])
                    isAnswered = true
                    _ = try await call.responses.next()
                }
                #expect(error?.code == .deadlineExceeded)
            }
            #expect(isAnswered)
        }
    }

    @Test("The server itself answers DEADLINE_EXCEEDED, in trailers alone when it sent nothing before")
    func deadlineOnTheWire() async throws {
        try await withServer { running in
            let raw = try await RawClient(to: running.address)
            raw.send(Frame.opening + Frame.request(1, path: "/test.Echo/Sleep", extra: [("grpc-timeout", "50m")]))
            #expect(await eventually { Frame.parse(raw.bytes).contains { $0.type == 3 } })
            let frames = Frame.parse(raw.bytes).filter { $0.stream == 1 }
            // HEADERS with END_STREAM, then RST_STREAM(NO_ERROR) since the request was not finished.
            #expect(frames.map(\.type) == [1, 3])
            #expect(frames.first?.flags == 5)
            #expect(frames.last?.payload == [0, 0, 0, 0])
            raw.close()
        }
    }

    @Test("The deadline of a client that does not read is kept by the server")
    func deadlineOfStuckStream() async throws {
        try await withServer { running in
            let raw = try await RawClient(to: running.address)
            // No window is ever opened beyond the first 65,535 bytes.
            raw.send(
                Frame.opening
                    + Frame.request(1, path: "/test.Echo/Flood", extra: [("grpc-timeout", "300m")], flags: 5))
            #expect(await ended(running, "Flood DEADLINE_EXCEEDED"))
            // The window is full, yet the end gets through: as trailers, or as a reset in the middle of a message.
            let isEnded = await eventually {
                Frame.parse(raw.bytes).contains {
                    $0.stream == 1 && ($0.type == 1 && $0.flags & 1 == 1 || $0.type == 3)
                }
            }
            #expect(isEnded)
            raw.close()
        }
    }

    @Test("A deadline in the past is refused without asking the server")
    func deadlineInThePast() async throws {
        try await withEcho { client, _ in
            let error = await rpcError { _ = try await client.echo("Echo", timeout: .seconds(-1)) }
            #expect(error?.code == .deadlineExceeded)
        }
    }

    @Test("Cancelling a task that waits for a response ends its wait")
    func cancelledTask() async throws {
        try await withEcho { client, _ in
            let call = try await client.echo("Sleep")
            let reader = Task { try await call.responses.next() }
            try await Task.sleep(for: .milliseconds(20))
            reader.cancel()
            await #expect(throws: RPCError.self) { try await reader.value }
            call.cancel()
        }
    }

    @Test("A stream reset in any phase leaves the connection usable", arguments: [0, 1, 2, 3, 4])
    func resets(phase: Int) async throws {
        try await withServer { running in
            let raw = try await RawClient(to: running.address)
            // Room for what the flood sends before it is reset.
            raw.send(Frame.opening + Frame.make(type: 8, Frame.big(1 << 20)))
            let message: [UInt8] = [0, 0, 0, 0, 2, 7, 7]
            let before: [[UInt8]] = [
                Frame.request(1),
                Frame.request(1) + Frame.data(1, Array(message.prefix(3))),
                Frame.request(1) + Frame.data(1, message),
                Frame.request(1) + Frame.data(1, message, end: true),
                Frame.request(1, path: "/test.Echo/Flood", flags: 5),
            ]
            raw.send(before[phase])
            try await Task.sleep(for: .milliseconds(30))
            raw.send(Frame.reset(1) + Frame.request(3) + Frame.data(3, message, end: true))
            let isAnswered = await eventually {
                Frame.parse(raw.bytes).contains { $0.stream == 3 && $0.type == 0 && $0.payload == message }
            }
            #expect(isAnswered)
            raw.close()
        }
    }
}
