import Logging
import Rollouts
import Wire

/// Turns errors in calls into their status, and logs unexpected ones.
struct CallErrors: Sendable {
    /// The longest description of an error in the log.
    private static let descriptionLimit = 500

    let logger: Logger

    /// Runs `body` to answer a call.
    ///
    /// - Parameters:
    ///   - requestID: The request's own id, if it has one.
    ///   - path: Path of the message that holds the prompt, with a trailing dot.
    func answering<Answer>(
        _ call: CallContext, requestID: String? = nil, path: String = "", _ body: () async throws -> Answer
    ) async throws -> Answer {
        do {
            return try await RequestOwner.$current.withValue(RequestOwner(call), operation: body)
        } catch {
            if let status = RPCError(cause: error, path: path) { throw status }
            log(error, in: call, requestID: requestID)
            throw RPCError(unexpected: error)
        }
    }

    /// The caller learns little about such an error, so the log must describe it.
    func log(_ error: any Error, in call: CallContext, requestID: String? = nil) {
        var metadata = call.origin
        metadata["type"] = "\(type(of: error))"
        metadata["description"] = "\(String(describing: error).prefix(Self.descriptionLimit))"
        if let requestID { metadata["request_id"] = "\(requestID)" }
        logger.error("a call failed for an unexpected reason", metadata: metadata)
    }
}

extension RequestOwner {
    /// Without keys, who has a connection has a turn.
    init(_ call: CallContext) {
        let quota = call.caller.quota
        self.init(
            name: call.caller.name, turn: call.caller.name.isEmpty ? call.peer : nil, requests: quota.requests,
            responses: quota.sequences,
            tokensPerMinute: quota.tokensPerMinute,
            heldTokens: quota.heldTokens, captureBytes: quota.captureBytes)
    }
}
