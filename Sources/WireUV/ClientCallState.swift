internal import Wire

/// One call as its client sees it: which headers are due next, and how it ended.
///
/// Events in, the end of the call out.
struct ClientCallState {
    /// The block of headers being received.
    var head = ResponseHead()
    private var hasInitialHeaders = false
    private(set) var outcome: Result<Metadata, RPCError>?
    /// We send nothing more.
    var outputEnded = false

    /// A block of headers is complete.
    ///
    /// Returns an error if the call must end at once.
    mutating func headersEnded() -> RPCError? {
        guard !head.isInformational else {
            head = ResponseHead()
            return nil
        }
        if !hasInitialHeaders {
            hasInitialHeaders = true
            if let problem = head.problem { return problem }
            // Without a status these are only initial headers; with one they are headers and trailers combined.
            if !head.hasStatus { head = ResponseHead() }
        }
        return nil
    }

    /// The server sends nothing more: the trailers hold the call's outcome.
    mutating func inputEnded() -> Result<Metadata, RPCError> {
        let trailers = head.metadata
        let outcome: Result<Metadata, RPCError> =
            if let error = RPCError.status(of: trailers) { .failure(error) } else { .success(Self.custom(trailers)) }
        _ = end(outcome)
        return outcome
    }

    /// Returns false if the call had already ended.
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
