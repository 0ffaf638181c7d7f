import Testing
import Wire

@testable import WireUV

@Suite("Calls over a socket")
struct CallTests {
    @Test(
        "A unary call gives back what was sent, of any size that is allowed",
        arguments: [0, 1, 5, 16_379, 70_000, 4 << 20])
    func unary(size: Int) async throws {
        try await withEcho { client, _ in
            let message = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
            let messages = try await client.all("Echo", message)
            #expect(messages == [message])
        }
    }

    @Test("A server stream arrives complete and in order")
    func serverStream() async throws {
        try await withEcho { client, _ in
            let messages = try await client.all("Count", Array("20000".utf8))
            #expect(messages == (0..<20_000).map { Array("\($0)".utf8) })
        }
    }

    @Test("An empty server stream ends without messages")
    func emptyStream() async throws {
        try await withEcho { client, _ in
            let messages = try await client.all("Count", Array("0".utf8))
            #expect(messages.isEmpty)
        }
    }

    @Test("Both sides may stream at once")
    func bidirectional() async throws {
        try await withEcho { client, _ in
            let call = try await client.echo("Echo")
            for index in 0..<100 as Range<UInt8> {
                try await call.requests.send([index])
                #expect(try await call.responses.next() == [index])
            }
            try await call.finishRequests()
            #expect(try await call.responses.next() == nil)
        }
    }

    @Test("Five hundred calls share a connection")
    func concurrent() async throws {
        try await withEcho { client, _ in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<500 {
                    group.addTask {
                        let message = Array("call \(index)".utf8)
                        return try await client.all("Echo", message) == [message]
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
        }
    }

    @Test("Metadata goes there and back, repeated and binary")
    func metadata() async throws {
        try await withEcho { client, _ in
            let sent: Metadata = ["x-a": "1", "x-b-bin": "AP8=", "x-a": "2"]
            let call = try await client.echo("Metadata", metadata: sent)
            try await call.finishRequests()
            let peer = try await call.responses.next()
            #expect(String(decoding: peer ?? [], as: UTF8.self).hasPrefix("127.0.0.1:"))
            #expect(try await call.responses.next() == nil)
            #expect(call.trailingMetadata == sent)
        }
    }

    @Test("A status carries its message and details")
    func status() async throws {
        try await withEcho { client, _ in
            let error = await rpcError { _ = try await client.all("Fail") }
            #expect(error?.code == .invalidArgument)
            #expect(error?.message == "näh: 100%\n")
            #expect(
                error?.details == [
                    .errorInfo(reason: "BAD_THING", domain: "attnrl", metadata: ["thing": "x"]),
                    .badRequest([.init(field: "a.b", description: "must be c")]), .retryInfo(delay: .seconds(2)),
                ])
        }
    }

    @Test("Messages sent before an error arrive before it")
    func lateStatus() async throws {
        try await withEcho { client, _ in
            let call = try await client.echo("FailLate")
            #expect(try await call.responses.next() == [1])
            let error = await rpcError { _ = try await call.responses.next() }
            #expect(error?.code == .dataLoss)
        }
    }

    @Test("An unexpected error becomes INTERNAL and keeps its text to itself")
    func crash() async throws {
        try await withEcho { client, _ in
            let error = await rpcError { _ = try await client.all("Crash") }
            #expect(error?.code == .internal)
            #expect(error?.message.contains("Unexpected") == false)
        }
    }

    @Test("An unknown method is UNIMPLEMENTED")
    func unknownMethod() async throws {
        try await withEcho { client, _ in
            let error = await rpcError {
                let method = MethodName(service: "no.Such", method: "Thing")
                let call = try await client.startCall(method, metadata: [:], deadline: nil)
                _ = try await call.responses.next()
            }
            #expect(error?.code == .unimplemented)
            #expect(error?.message.contains("/no.Such/Thing") == true)
        }
    }

    @Test("A message over the server's limit is RESOURCE_EXHAUSTED")
    func tooLarge() async throws {
        try await withEcho({ $0.maxMessageBytes = 1000 }) { client, _ in
            let error = await rpcError { _ = try await client.all("Echo", [UInt8](repeating: 0, count: 1001)) }
            #expect(error?.code == .resourceExhausted)
            #expect(error?.message.contains("1001") == true)
        }
    }

    @Test("A message over the client's limit is RESOURCE_EXHAUSTED")
    func tooLargeForClient() async throws {
        try await withServer { running in
            let client = running.client { $0.maxMessageBytes = 1000 }
            let error = await rpcError { _ = try await client.all("Echo", [UInt8](repeating: 0, count: 1001)) }
            #expect(error?.code == .resourceExhausted)
            await client.close()
        }
    }

    @Test("A message longer than the flow-control window gets through where the limit allows it")
    func longerThanWindow() async throws {
        try await withServer({ $0.maxMessageBytes = 64 << 20 }) { running in
            let client = running.client { $0.maxMessageBytes = 64 << 20 }
            // Longer than a stream's window, 4 MiB, and a connection's, 16: more would be time spent copying in one turn.
            let message = [UInt8](repeating: 3, count: 17 << 20)
            let messages = try await client.all("Echo", message)
            #expect(messages == [message])
            await client.close()
        }
    }

    @Test("A server that answers early does not wait for the rest of the requests")
    func earlyAnswer() async throws {
        try await withEcho { client, _ in
            let call = try await client.echo("IgnoreRequests")
            #expect(try await call.responses.next() == [1])
            #expect(try await call.responses.next() == nil)
            let error = await rpcError {
                while true { try await call.requests.send([UInt8](repeating: 0, count: 10_000)) }
            }
            #expect(error?.code == .cancelled)
            #expect(try await client.all("Echo", [7]) == [[7]])
        }
    }
}
