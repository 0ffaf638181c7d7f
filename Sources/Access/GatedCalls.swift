public import Wire

/// Lets those calls through whose callers have the scope of the method.
public struct GatedCalls: WrappingCallHandler {
    public let handler: any CallHandler
    private let gate: any Gatekeeper

    public init(_ handler: any CallHandler, gate: any Gatekeeper) {
        self.handler = handler
        self.gate = gate
    }

    public func handle(
        _ context: CallContext, requests: any MessageSource, responses: any MessageSink
    ) async throws -> Metadata {
        guard !context.method.isOpenToAll else {
            return try await handler.handle(context, requests: requests, responses: responses)
        }
        var context = context
        context.caller = try gate.admit(
            context.metadata, certificate: context.certificate, known: context.isAdmitted ? context.caller : nil,
            to: context.method.scope, for: context.method.path, peer: context.peer)
        return try await handler.handle(context, requests: requests, responses: responses)
    }
}
