import Wire

/// `grpc.testing.TestService`, as gRPC's interoperability tests describe it, but for compressed answers.
///
/// `UnimplementedCall` is left out, and so is `UnimplementedService`: that is their test.
struct TestService: CallHandler {
    private enum Method: String {
        case emptyCall = "EmptyCall"
        case unaryCall = "UnaryCall"
        case streamingOutputCall = "StreamingOutputCall"
        case streamingInputCall = "StreamingInputCall"
        case fullDuplexCall = "FullDuplexCall"
        case halfDuplexCall = "HalfDuplexCall"
    }

    func serves(_ method: MethodName) -> Bool {
        method.service == "grpc.testing.TestService" && Method(rawValue: method.method) != nil
    }

    func handle(
        _ context: CallContext, requests: any MessageSource, responses: any MessageSink
    ) async throws -> Metadata {
        guard let method = Method(rawValue: context.method.method), let responses = responses as? MessageChannel,
            let channel = requests as? MessageChannel
        else { throw RPCError(.internal, "This service is for servers on sockets.") }
        responses.head = EchoedMetadata.initial(of: context.metadata)
        let requests = Requests(channel: channel)
        switch method {
        case .emptyCall:
            let request = try await requests.only(Interop.Empty.self)
            try await responses.sendResponse(request)
        case .unaryCall: try await responses.sendResponse(unary(try await requests.only(Interop.SimpleRequest.self)))
        case .streamingOutputCall:
            try await answer(try await requests.only(Interop.StreamingOutputCallRequest.self), responses)
        case .streamingInputCall: try await responses.sendResponse(try await sum(requests))
        case .fullDuplexCall:
            while let request = try await requests.next(Interop.StreamingOutputCallRequest.self) {
                try await answer(request, responses)
            }
        case .halfDuplexCall:
            var all: [Interop.StreamingOutputCallRequest] = []
            while let request = try await requests.next(Interop.StreamingOutputCallRequest.self) { all.append(request) }
            for request in all { try await answer(request, responses) }
        }
        return EchoedMetadata.trailing(of: context.metadata)
    }

    private func unary(_ request: Interop.SimpleRequest) throws -> Interop.SimpleResponse {
        try request.responseStatus?.throwIfError()
        var response = Interop.SimpleResponse()
        response.payload = try Interop.Payload(size: request.responseSize)
        return response
    }

    private func sum(_ requests: Requests) async throws -> Interop.StreamingInputCallResponse {
        var response = Interop.StreamingInputCallResponse()
        while let request = try await requests.next(Interop.StreamingInputCallRequest.self) {
            response.aggregatedPayloadSize += Int32(clamping: request.payload?.body.count ?? 0)
        }
        return response
    }

    private func answer(_ request: Interop.StreamingOutputCallRequest, _ responses: MessageChannel) async throws {
        for parameters in request.responseParameters {
            if parameters.intervalUs > 0 { try await Task.sleep(for: .microseconds(parameters.intervalUs)) }
            var response = Interop.StreamingOutputCallResponse()
            response.payload = try Interop.Payload(size: parameters.size)
            try await responses.sendResponse(response)
        }
        try request.responseStatus?.throwIfError()
    }
}

/// What a client sends to have it back.
private enum EchoedMetadata {
    static func initial(of metadata: Metadata) -> Metadata { only("x-grpc-test-echo-initial", of: metadata) }
    static func trailing(of metadata: Metadata) -> Metadata { only("x-grpc-test-echo-trailing-bin", of: metadata) }

    private static func only(_ name: String, of metadata: Metadata) -> Metadata {
        metadata[name].map { [name: $0] } ?? [:]
    }
}

extension Interop.EchoStatus {
    fileprivate func throwIfError() throws(RPCError) {
        guard code != 0 else { return }
        throw RPCError(RPCError.Code(rawValue: Int(code)) ?? .unknown, message)
    }
}

extension Interop.Payload {
    /// Zeros.
    fileprivate init(size: Int32) throws(RPCError) {
        self.init()
        guard (0...4 << 20).contains(size) else {
            throw RPCError(.invalidArgument, "There is no payload of \(size) bytes.")
        }
        body = [UInt8](repeating: 0, count: Int(size))
    }
}
