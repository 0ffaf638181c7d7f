import Wire

/// Runs a handler's calls in this process, one task each.
final class LoopbackTransport: ClientTransport {
    private let handler: any CallHandler

    init(_ handler: any CallHandler) { self.handler = handler }

    func startCall(
        _ method: MethodName, metadata: Metadata, deadline: ContinuousClock.Instant?
    ) async throws -> ClientCall {
        let requests = Pipe()
        let responses = Pipe()
        let context = CallContext(method: method, metadata: metadata, deadline: deadline, peer: "loopback")
        let server = Task { [handler] in
            do {
                _ = try await handler.handle(context, requests: requests, responses: responses)
                responses.finish()
            } catch is CancellationError {
                responses.finish(throwing: RPCError(.cancelled, "cancelled"))
            } catch {
                responses.finish(throwing: error)
            }
        }
        return ClientCall(
            requests: requests, responses: responses, finishRequests: { requests.finish() },
            cancel: {
                server.cancel()
                requests.finish(throwing: RPCError(.cancelled, "cancelled"))
                responses.finish(throwing: RPCError(.cancelled, "cancelled"))
            },
            trailingMetadata: { [:] })
    }

    func close() async {}
}

/// Messages of one direction, without back-pressure.
actor Pipe: MessageSource, MessageSink {
    private let continuation: AsyncThrowingStream<[UInt8], any Error>.Continuation
    private var iterator: AsyncThrowingStream<[UInt8], any Error>.Iterator

    init(_ messages: [[UInt8]]? = nil) {
        let (stream, continuation) = AsyncThrowingStream.makeStream(of: [UInt8].self)
        self.continuation = continuation
        iterator = stream.makeAsyncIterator()
        guard let messages else { return }
        for message in messages { continuation.yield(message) }
        continuation.finish()
    }

    func next() async throws -> [UInt8]? {
        var iterator = self.iterator
        defer { self.iterator = iterator }
        return try await iterator.next(isolation: self)
    }

    func send(_ message: [UInt8]) async throws {
        if case .terminated = continuation.yield(message) { throw RPCError(.cancelled, "the call has ended") }
    }

    nonisolated func finish(throwing error: (any Error)? = nil) { continuation.finish(throwing: error) }
}
