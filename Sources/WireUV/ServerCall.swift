internal import Wire

/// One call on a server's HTTP/2 connection.
///
/// Sendable because it is only used on the loop.
final class ServerCall: @unchecked Sendable {
    /// A plain HTTP request and its answer.
    struct PlainExchange {
        var request: HTTPRequest
        /// Set once the handler has answered, or the connection in its place.
        var response: HTTPResponse?
        let isHead: Bool
    }

    let stream: Int32
    var head = RequestHead()
    var state = ServerCallState()
    var incoming: IncomingMessages
    var outgoing: OutgoingMessages
    var task: Task<Void, Never>?
    var deadline: LoopTimer?
    /// The request headers are complete.
    var hasHead = false
    /// Bytes of a message or body that has not arrived completely, and when it began.
    var unfinishedBytes = 0
    var unfinishedSince = ContinuousClock.now
    /// Since when the client has left what waits for it unread, as far as a tick has seen.
    var unreadSince: ContinuousClock.Instant?
    /// Bytes handed out so far, and at the last tick.
    var sentBytes = 0
    var sentBytesBefore = 0
    /// Whether it was looked at as one that may have ended without an answer.
    var isCounted = false
    /// The client sends nothing more.
    var inputEnded = false
    /// The connection will check the output at its next write.
    var isDirty = false
    /// Nil unless the request is plain HTTP.
    var plain: PlainExchange?

    init(stream: Int32, requests: MessageChannel, responses: MessageChannel, maxMessageBytes: Int) {
        self.stream = stream
        incoming = IncomingMessages(channel: requests, maxMessageBytes: maxMessageBytes)
        outgoing = OutgoingMessages(channel: responses)
    }

    /// Ends the call now, whatever its handler is doing: unsent responses are dropped.
    func abort(_ error: RPCError) {
        guard state.end(with: .failure(error)) else { return }
        stop(error)
    }

    /// Wakes everything that waits for this call.
    func stop(_ error: RPCError) {
        deadline?.cancel()
        deadline = nil
        incoming.channel.abort(error)
        outgoing.channel.abort(error)
        outgoing.discard()
        task?.cancel()
        task = nil
    }
}
