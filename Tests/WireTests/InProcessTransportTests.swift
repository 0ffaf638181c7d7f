import Guarding
import TestSupport
import Testing

@testable import Wire

@Suite("Calls in process")
struct InProcessTransportTests {
    @Test("Requests, responses and metadata go there and back")
    func echo() async throws {
        try await withTransport { transport, _ in
            let call = try await transport.start("Echo", metadata: ["x-a": "1"])
            for index in 0..<3 as Range<UInt8> {
                try await call.requests.send([index])
                let answer = try await call.responses.next()
                #expect(answer == [index])
            }
            try await call.finishRequests()
            let end = try await call.responses.next()
            #expect(end == nil)
            #expect(call.trailingMetadata["x-a"] == "1")
        }
    }

    @Test("An unknown method is UNIMPLEMENTED")
    func unknown() async throws {
        try await withTransport { transport, _ in
            let method = MethodName(service: "no.Such", method: "Thing")
            let call = try await transport.startCall(method, metadata: [:], deadline: nil)
            #expect(await code { _ = try await call.responses.next() } == .unimplemented)
        }
    }

    @Test("A passed deadline ends the call on both sides")
    func deadline() async throws {
        try await withTransport { transport, events in
            let call = try await transport.start("Sleep", deadline: .now + .seconds(1))
            #expect(await code { _ = try await call.responses.next() } == .deadlineExceeded)
            #expect(await eventually { events.withLock { $0 } == ["Sleep begun", "Sleep cancelled"] })
            #expect(await code { _ = try await transport.start("Sleep", deadline: .now) } == .deadlineExceeded)
        }
    }

    @Test("Cancelling ends the call on both sides")
    func cancel() async throws {
        try await withTransport { transport, events in
            let call = try await transport.start("Sleep")
            call.cancel()
            #expect(await code { _ = try await call.responses.next() } == .cancelled)
            #expect(await eventually { events.withLock { $0 } == ["Sleep begun", "Sleep cancelled"] })
        }
    }

    @Test("A handler that sends without end waits for its reader")
    func backPressure() async throws {
        try await withTransport { transport, sent in
            let call = try await transport.start("Flood")
            // 256 KiB hold 260 messages of 1005 bytes; the next one waits.
            #expect(await eventually { sent.withLock { $0.count } == 260 })
            try await Task.sleep(for: .milliseconds(20))
            #expect(sent.withLock { $0.count } == 260)
            var count = 0
            while count < 2000, try await call.responses.next() != nil { count += 1 }
            #expect(count == 2000)
            call.cancel()
            #expect(await code { while try await call.responses.next() != nil {} } == .cancelled)
        }
    }

    @Test("A message over the limit is RESOURCE_EXHAUSTED")
    func limit() async throws {
        try await withTransport { transport, _ in
            let call = try await transport.start("Echo")
            #expect(
                await code { try await call.requests.send([UInt8](repeating: 0, count: 1001)) } == .resourceExhausted)
            #expect(await code { _ = try await call.responses.next() } == .resourceExhausted)
        }
    }

    @Test("Shutting down lets calls in flight finish and refuses others")
    func shutdown() async throws {
        let transport = InProcessTransport()
        let server = Task { try await transport.run(handler: Handler(events: Guarded([]))) }
        let call = try await transport.start("Echo")
        try await call.requests.send([1])
        _ = try await call.responses.next()
        transport.beginShutdown()
        #expect(await code { _ = try await transport.start("Echo") } == .unavailable)
        try await call.requests.send([2])
        try await call.finishRequests()
        let rest = try await [call.responses.next(), call.responses.next()]
        #expect(rest == [[2], nil])
        try await server.value
    }

    @Test("Cancelling the server cancels its calls")
    func stop() async throws {
        let transport = InProcessTransport()
        let events = Guarded<[String]>([])
        let server = Task { try await transport.run(handler: Handler(events: events)) }
        let call = try await transport.start("Sleep")
        #expect(await eventually { events.withLock { $0 } == ["Sleep begun"] })
        server.cancel()
        #expect(await code { _ = try await call.responses.next() } == .cancelled)
        try await server.value
    }

    @Test("A closed client fails its calls with UNAVAILABLE")
    func close() async throws {
        try await withTransport { transport, _ in
            let call = try await transport.start("Sleep")
            await transport.close()
            #expect(await code { _ = try await call.responses.next() } == .unavailable)
            #expect(await code { _ = try await transport.start("Echo") } == .unavailable)
        }
    }

    @Test("Calls made before the server runs wait for it")
    func early() async throws {
        let transport = InProcessTransport()
        let call = try await transport.start("Echo")
        try await call.requests.send([5])
        try await call.finishRequests()
        let server = Task { try await transport.run(handler: Handler(events: Guarded([]))) }
        let answer = try await call.responses.next()
        #expect(answer == [5])
        transport.beginShutdown()
        try await server.value
    }
}

private struct Handler: CallHandler {
    let events: Guarded<[String]>

    func serves(_ method: MethodName) -> Bool { method.service == "test" }

    func handle(
        _ context: CallContext, requests: any MessageSource, responses: any MessageSink
    ) async throws -> Metadata {
        switch context.method.method {
        case "Echo": while let message = try await requests.next() { try await responses.send(message) }
        case "Flood":
            while true {
                try await responses.send([UInt8](repeating: 0, count: 1000))
                events.withLock { $0.append("sent") }
            }
        default:
            events.withLock { $0.append("\(context.method.method) begun") }
            do {
                try await Task.sleep(for: hangLimit * 10)
            } catch {
                events.withLock { $0.append("\(context.method.method) cancelled") }
                throw error
            }
        }
        return context.metadata
    }
}

extension InProcessTransport {
    fileprivate func start(
        _ method: String, metadata: Metadata = [:], deadline: ContinuousClock.Instant? = nil
    ) async throws -> ClientCall {
        try await startCall(MethodName(service: "test", method: method), metadata: metadata, deadline: deadline)
    }
}

private func withTransport(_ body: (InProcessTransport, Guarded<[String]>) async throws -> Void) async throws {
    let transport = InProcessTransport(maxMessageBytes: 1000)
    let events = Guarded<[String]>([])
    let server = Task { try await transport.run(handler: Handler(events: events)) }
    try await body(transport, events)
    server.cancel()
    try await server.value
}

/// The code of the error that something ends with.
private func code(_ body: () async throws -> Void) async -> RPCError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? RPCError)?.code
    }
}
