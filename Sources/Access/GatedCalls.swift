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
        if !context.isAdmitted {
            context.caller = try gate.caller(context.metadata, certificate: context.certificate)
        }
        let scope = MethodTypes.named[context.method]?.scope ?? .admin
        try context.caller.require(scope, for: context.method.path)
        return try await handler.handle(context, requests: requests, responses: responses)
    }
}
