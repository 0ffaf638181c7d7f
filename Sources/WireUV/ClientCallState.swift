internal import Wire

/// One call as its client sees it: which headers are due, and how it ended.
///
/// Events in, the end of the call out.
struct ClientCallState {
    /// The block of headers being received.
    var head = ResponseHead()
    private var hasInitialHeaders = false
    private(set) var outcome: Result<Metadata, RPCError>?
    /// We send no more.
    var outputEnded = false

    /// A block of headers is complete.
    ///
    /// Returns an error that ends the call here and now.
    mutating func headersEnded() -> RPCError? {
        guard !head.isInformational else {
            head = ResponseHead()
            return nil
        }
        if !hasInitialHeaders {
            hasInitialHeaders = true
            if let problem = head.problem { return problem }
            // Without a status these are only the beginning; a status makes them headers and trailers in one.
            if !head.hasStatus { head = ResponseHead() }
        }
        return nil
    }

    /// The server sends no more: what the trailers say is how the call went.
    mutating func inputEnded() -> Result<Metadata, RPCError> {
        let trailers = head.metadata
        let outcome: Result<Metadata, RPCError> =
            if let error = RPCError.status(of: trailers) { .failure(error) } else { .success(Self.custom(trailers)) }
        _ = end(outcome)
        return outcome
    }

    /// False when the call had ended before.
    mutating func end(_ outcome: Result<Metadata, RPCError>) -> Bool {
        guard self.outcome == nil else { return false }
        self.outcome = outcome
        return true
    }

    /// Trailers that are not gRPC's own.
    private static func custom(_ trailers: Metadata) -> Metadata {
        var custom = Metadata()
        for entry in trailers where !entry.name.hasPrefix("grpc-") { custom.add(entry.name, entry.value) }
        return custom
    }
}
