extension RPCError {
    /// The name of the status that a call ends with if its handler throws `error`.
    package static func codeName(of error: any Error) -> String {
        switch error {
        case let error as RPCError: error.code.name
        case is CancellationError: callCancelled.code.name
        default: Code.internal.name
        }
    }
}

extension CallHandler {
    /// Serves a call and reduces its result to a status: trailing metadata, or an error that is safe to send.
    ///
    /// Errors other than `RPCError` may contain anything, so their text is not sent.
    package func outcome(
        of context: CallContext, requests: any MessageSource, responses: any MessageSink
    ) async -> Result<Metadata, RPCError> {
        do {
            return .success(try await handle(context, requests: requests, responses: responses))
        } catch let error as RPCError {
            return .failure(error)
        } catch is CancellationError {
            return .failure(.callCancelled)
        } catch {
            let text = "\(context.method) failed. The server's log says why."
            return .failure(
                RPCError(.internal, reason: "HANDLER_FAILED", text, values: ["method": context.method.path]))
        }
    }
}
