/// Dispatches calls to their methods' handlers, as typed messages.
///
///     var router = RPCRouter()
///     router.register(V1.PolicyService.getPolicy) { request, context in try await policies.get(request.name) }
///
/// Build it once, before the server starts.
public struct RPCRouter: CallHandler {
    private typealias Handler =
        @Sendable (CallContext, any MessageSource, any MessageSink) async throws -> Void

    private var handlers: [MethodName: Handler] = [:]
    private var prompt: Set<MethodName> = []
    /// Receives errors that are not an `RPCError`, before their callers are referred to the server's log.
    public var onUnexpectedError: (@Sendable (CallContext, any Error) -> Void)?

    public init() {}

    /// Full names of the services with a registered method, sorted.
    public var services: [String] { Set(handlers.keys.map(\.service)).sorted() }

    /// Serves a method that answers one request with one response.
    public mutating func register<Request, Response>(
        _ method: UnaryMethod<Request, Response>,
        _ serve: @escaping @Sendable (Request, CallContext) async throws -> Response
    ) {
        add(method.name) { context, requests, responses in
            let request = try await Self.only(Request.self, from: requests, of: context.method)
            try await responses.sendResponse(try await serve(request, context))
        }
    }

    /// Serves a method that answers one request with any number of responses.
    ///
    /// The call ends when `serve` returns.
    public mutating func register<Request, Response>(
        _ method: ServerStreamingMethod<Request, Response>,
        _ serve: @escaping @Sendable (Request, ResponseStream<Response>, CallContext) async throws -> Void
    ) {
        add(method.name) { context, requests, responses in
            let request = try await Self.only(Request.self, from: requests, of: context.method)
            try await serve(request, ResponseStream(responses), context)
        }
    }

    /// Serves a method in which both sides stream.
    ///
    /// The call ends when `serve` returns, whether or not all requests were read.
    public mutating func register<Request, Response>(
        _ method: BidirectionalMethod<Request, Response>,
        _ serve:
            @escaping @Sendable (RequestStream<Request>, ResponseStream<Response>, CallContext) async throws -> Void
    ) {
        add(method.name) { context, requests, responses in
            try await serve(RequestStream(requests), ResponseStream(responses), context)
        }
    }

    /// Marks a method to be answered regardless of what other handlers do; see `CallHandler.isPrompt(_:)`.
    public mutating func answerPromptly(_ method: MethodName) { prompt.insert(method) }

    public func serves(_ method: MethodName) -> Bool { handlers[method] != nil }
    public func isPrompt(_ method: MethodName) -> Bool { prompt.contains(method) }

    public func handle(
        _ context: CallContext, requests: any MessageSource, responses: any MessageSink
    ) async throws -> Metadata {
        guard let handler = handlers[context.method] else { throw Self.unknown(context.method) }
        do {
            try await handler(context, requests, responses)
        } catch {
            if !(error is RPCError || error is CancellationError) { onUnexpectedError?(context, error) }
            throw error
        }
        return [:]
    }

    private mutating func add(_ method: MethodName, _ handler: @escaping Handler) {
        precondition(handlers[method] == nil, "\(method) is registered twice")
        handlers[method] = handler
    }

    /// The only request of a call that must have exactly one.
    private static func only<Request: ProtobufMessage>(
        _ type: Request.Type, from requests: any MessageSource, of method: MethodName
    ) async throws -> Request {
        guard let request = try await requests.nextRequest(type) else { throw wrongCount("none", method) }
        guard try await requests.next() == nil else { throw wrongCount("more", method) }
        return request
    }

    // gRPC reports this fault as UNIMPLEMENTED, as if the method did not exist in this form.
    private static func wrongCount(_ sent: String, _ method: MethodName) -> RPCError {
        RPCError(
            .unimplemented, reason: "REQUEST_COUNT", "\(method) takes exactly one request and the caller sent \(sent).",
            values: ["method": method.path, "sent": sent])
    }

    private static func unknown(_ method: MethodName) -> RPCError {
        RPCError(
            .unimplemented, reason: "UNKNOWN_METHOD",
            "This server has no method \(method). Server reflection lists those it has.",
            values: ["method": method.path])
    }
}
