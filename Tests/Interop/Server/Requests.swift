import Wire

/// A call's requests, of which some must have arrived compressed, or not.
struct Requests {
    let channel: MessageChannel

    func next<Request: InteropRequest>(_ type: Request.Type) async throws -> Request? {
        guard let message = try await channel.nextQueued() else { return nil }
        let request = try Request(serializedBytes: message.inflated())
        if let expected = request.expectation, expected.value != message.isCompressed {
            throw RPCError(.invalidArgument, "The message is \(message.isCompressed ? "" : "not ")compressed.")
        }
        return request
    }

    /// The only request of a call.
    func only<Request: InteropRequest>(_ type: Request.Type) async throws -> Request {
        guard let request = try await next(type), try await next(type) == nil else {
            throw RPCError(.unimplemented, "This method takes one request.")
        }
        return request
    }
}

protocol InteropRequest: ProtobufMessage {
    /// Whether the message must have arrived compressed.
    var expectation: Interop.BoolValue? { get }
}

extension InteropRequest {
    var expectation: Interop.BoolValue? { nil }
}

extension Interop.Empty: InteropRequest {}
extension Interop.StreamingOutputCallRequest: InteropRequest {}
extension Interop.SimpleRequest: InteropRequest {
    var expectation: Interop.BoolValue? { expectCompressed }
}
extension Interop.StreamingInputCallRequest: InteropRequest {
    var expectation: Interop.BoolValue? { expectCompressed }
}
