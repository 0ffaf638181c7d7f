extension CallHandler {
    /// Serves a call and reduces whatever happens to its status: trailing metadata, or an error that may be sent.
    ///
    /// Errors other than `RPCError` may hold anything, so their text stays here.
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
