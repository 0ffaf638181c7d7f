internal import Wire

/// Where one call's response stands.
///
/// Events in, what to submit out.
struct ServerCallState {
    enum Action: Equatable {
        case nothing
        /// Response headers, then messages.
        case startResponse
        /// More messages after a pause.
        case resume
        case sendTrailers
        /// Headers and status in one: nothing was sent yet.
        case sendTrailersOnly
        /// The stream cannot be ended properly any more.
        case reset
    }

    private enum Response { case notStarted, streaming, ended }

    private var response = Response.notStarted
    /// How the call went; the first answer counts.
    private(set) var outcome: Result<Metadata, RPCError>?

    /// The response has begun.
    var isAnswered: Bool { response != .notStarted }
    var isEnded: Bool { response == .ended }

    /// False when the outcome was known before.
    mutating func end(with outcome: Result<Metadata, RPCError>) -> Bool {
        guard self.outcome == nil else { return false }
        self.outcome = outcome
        return true
    }

    /// The connection is about to write, and found this in the call's output.
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
