import Guarding
import TestSupport
import Testing
import Wire

@testable import WireUV

@Suite("Compressed messages")
struct CompressionTests {
    // As written by Python's `gzip.compress(..., 9, mtime=0)`.
    private let hello = bytes("H4sIAAAAAAACA8tIzcnJBwCGphA2BQAAAA==")
    /// What that makes of what it makes of 1 MiB of zeros.
    private let twice = bytes("H4sIAAAAAAACA5Pv5mAAASbmtwcNGYGMQwu++udyxC9gGAWjYBSMOGDHLPPKYjkDgwADACPwtJAbBAAA")

    private func zeros() throws -> [UInt8] { try QueuedMessage(twice, inflatedLimit: 2000).inflated() }

    @Test("In a call with gzip, compressed messages and others are read in order")
    func mixed() async throws {
        try await withEcho { client, _ in
            let call = try await client.echo("Echo", metadata: ["grpc-encoding": "gzip"])
            try compressed(call, hello)
            try await call.requests.send(hello)
            try compressed(call, zeros())
            try await call.finishRequests()
            let messages = try await call.responses.all()
            #expect(messages == [Array("hello".utf8), hello, [UInt8](repeating: 0, count: 1 << 20)])
        }
    }

    @Test("A message may be as long as the limit when decompressed, and no longer; the error names both sizes")
    func limit() async throws {
        try await withEcho({ $0.maxMessageBytes = 1 << 20 }) { client, _ in
            let call = try await client.echo("Echo", metadata: ["grpc-encoding": "gzip"])
            try compressed(call, zeros())
            #expect(try await call.responses.next()?.count == 1 << 20)
        }
        try await withEcho({ $0.maxMessageBytes = 1 << 20 - 1 }) { client, _ in
            let error = try await refusal(client, zeros())
            #expect(error?.code == .resourceExhausted)
            #expect(error?.message.contains("1048576") == true && error?.message.contains("1048575") == true)
        }
    }

    @Test("A message that says less than it holds, is damaged, or has more behind it, is INTERNAL")
    func damaged() async throws {
        try await withEcho { client, _ in
            let short = Array(try zeros().dropLast(4)) + [1, 0, 0, 0]
            for message in [short, [], Array(hello.dropLast()), hello + hello] {
                let error = try await refusal(client, message)
                #expect(error?.code == .internal)
                #expect(error?.reason == "COMPRESSION_DAMAGED")
            }
        }
    }

    @Test("After a message that cannot be read nothing is")
    func nothingFollows() async throws {
        try await withEcho { client, running in
            let call = try await client.echo("Echo", metadata: ["grpc-encoding": "gzip"])
            try compressed(call, [1, 2, 3])
            try await call.requests.send([1])
            let error = await rpcError { _ = try await call.responses.next() }
            #expect(error?.code == .internal)
            #expect(await eventually { running.handler.log.withLock { $0 } == ["Echo INTERNAL"] })
        }
    }

    @Test("A compressed message is INTERNAL where no encoding was named", arguments: [nil, "identity"])
    func undeclared(encoding: String?) async throws {
        try await withEcho { client, _ in
            let metadata = encoding.map { ["grpc-encoding": $0] as Metadata } ?? [:]
            let error = try await refusal(client, hello, metadata)
            #expect(error?.code == .internal)
            #expect(error?.reason == "UNDECLARED_COMPRESSION")
        }
    }

    @Test("Other encodings are UNIMPLEMENTED, whether or not a message is compressed")
    func unknown() async throws {
        try await withEcho { client, _ in
            let error = try await refusal(client, hello, ["grpc-encoding": "snappy"])
            #expect(error?.code == .unimplemented)
            #expect(error?.message.contains("snappy") == true)
        }
    }

    @Test("What calls in flight have decompressed is bounded, and given back when they end")
    func budget() async throws {
        let configure = { (options: inout ServerOptions) in
            (options.maxMessageBytes, options.maxInflatedBytes) = (1 << 20, 3 << 20)
        }
        try await withEcho(configure) { client, _ in
            let calls = try await compressedCalls(3, client)
            // Each call holds its last message only.
            for call in calls {
                try compressed(call, zeros())
                #expect(try await call.responses.next()?.count == 1 << 20)
            }
            let error = try await refusal(client, zeros())
            #expect(error?.reason == "TOO_MUCH_COMPRESSED")
            #expect(try await client.all("Echo", [UInt8](repeating: 0, count: 1 << 20)).count == 1)
            try await calls[0].finishRequests()
            calls[1].cancel()
            #expect(await eventually { (try? await compressedCalls(2, client))?.count == 2 })
        }
    }

    /// Calls in flight that have echoed a compressed message each.
    private func compressedCalls(_ count: Int, _ client: UVClient) async throws -> [ClientCall] {
        var calls: [ClientCall] = []
        do {
            for _ in 0..<count {
                calls.append(try await client.echo("Echo", metadata: ["grpc-encoding": "gzip"]))
                try compressed(calls[calls.count - 1], zeros())
                #expect(try await calls[calls.count - 1].responses.next()?.count == 1 << 20)
            }
        } catch {
            for call in calls { call.cancel() }
            throw error
        }
        return calls
    }

    private func refusal(
        _ client: UVClient, _ message: [UInt8], _ metadata: Metadata = ["grpc-encoding": "gzip"]
    ) async throws -> RPCError? {
        let call = try await client.echo("Echo", metadata: metadata)
        try compressed(call, message)
        return await rpcError { _ = try await call.responses.next() }
    }

    /// Sends bytes as a compressed message.
    private func compressed(_ call: ClientCall, _ bytes: [UInt8]) throws {
        let requests = try #require(call.requests as? MessageChannel)
        requests.offer(QueuedMessage(bytes, inflatedLimit: 0))
    }
}

private func bytes(_ base64: String) -> [UInt8] { Base64.decode(base64) ?? [] }
