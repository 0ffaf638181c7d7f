/// The requests of a call, in order.
///
/// Can be iterated only once.
public struct RequestStream<Request: ProtobufMessage>: AsyncSequence, Sendable {
    private let source: any MessageSource

    init(_ source: any MessageSource) { self.source = source }

    /// Ends after the last request.
    ///
    /// Throws INVALID_ARGUMENT for bytes that are not a request, and rethrows the error that ended the call.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let source: any MessageSource

        public mutating func next() async throws -> Request? {
            try await source.nextRequest(Request.self)
        }
    }

    public func makeAsyncIterator() -> Iterator { Iterator(source: source) }
}

/// Takes the responses of a call.
public struct ResponseStream<Response: ProtobufMessage>: Sendable {
    private let sink: any MessageSink

    init(_ sink: any MessageSink) { self.sink = sink }

    /// Sends a response, waiting while the caller is slow to read earlier ones.
    ///
    /// Throws if the call has ended.
    public func send(_ response: Response) async throws {
        try await sink.sendResponse(response)
    }

    /// Sends an already serialized response, so that one encoding can go to many callers.
    public func send(serialized bytes: [UInt8]) async throws { try await sink.send(bytes) }
}

extension ProtobufMessage {
    /// Reads a request; INVALID_ARGUMENT names the unreadable field.
    init(request bytes: [UInt8]) throws(RPCError) {
        do throws(ProtobufError) {
            try self.init(serializedBytes: bytes)
        } catch {
            throw RPCError(
                .invalidArgument, reason: "MALFORMED_REQUEST", "The request cannot be read. \(error)",
                values: ["message": error.message, "field": error.field],
                details: [.badRequest([.init(field: error.field, description: error.reason)])])
        }
    }

    /// Reads a response; an unreadable one is the server's fault.
    init(response bytes: [UInt8]) throws(RPCError) {
        do throws(ProtobufError) {
            try self.init(serializedBytes: bytes)
        } catch {
            throw RPCError(
                .internal, reason: "MALFORMED_RESPONSE", "The server's response cannot be read. \(error)",
                values: ["message": error.message, "field": error.field])
        }
    }
}
