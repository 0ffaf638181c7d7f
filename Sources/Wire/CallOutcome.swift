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
            return .failure(RPCError(.cancelled, "the call was cancelled"))
        } catch {
            return .failure(RPCError(.internal, "\(context.method) failed for a reason of its own"))
        }
    }
}
