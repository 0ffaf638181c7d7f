internal import Wire

/// The progress of one call's response.
///
/// Events in, submissions out.
struct ServerCallState {
    enum Action: Equatable {
        case nothing
        /// Response headers, then messages.
        case startResponse
        /// More messages after a pause.
        case resume
        case sendTrailers
        /// Headers and status in one: nothing has been sent yet.
        case sendTrailersOnly
        /// The stream can no longer be ended properly.
        case reset
    }

    private enum Response { case notStarted, streaming, ended }

    private var response = Response.notStarted
    /// The call's outcome; only the first one counts.
    private(set) var outcome: Result<Metadata, RPCError>?

    /// The response has begun.
    var isAnswered: Bool { response != .notStarted }
    var isEnded: Bool { response == .ended }

    /// Returns false if the outcome was already known.
    mutating func end(with outcome: Result<Metadata, RPCError>) -> Bool {
        guard self.outcome == nil else { return false }
        self.outcome = outcome
        return true
    }

    /// Starts the response before there are any bytes, for a body that is still being written.
    mutating func start() -> Action {
        guard response == .notStarted else { return .nothing }
        response = .streaming
        return .startResponse
    }

    /// The connection is about to write and found the call's output in this state.
    mutating func flush(_ readiness: OutgoingMessages.Readiness, isCutShort: Bool) -> Action {
        switch (response, readiness) {
        case (.ended, _), (_, .empty): return .nothing
        case (.notStarted, .hasBytes):
            response = .streaming
            return .startResponse
        case (.notStarted, .ended):
            response = .ended
            return .sendTrailersOnly
        case (.streaming, .hasBytes): return .resume
        case (.streaming, .ended):
            response = .ended
            return isCutShort ? .reset : .sendTrailers
        }
    }
}
