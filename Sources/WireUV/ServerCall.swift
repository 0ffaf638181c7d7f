internal import Wire

/// One call on a server's HTTP/2 connection.
///
/// Sendable because it is only touched on the loop.
final class ServerCall: @unchecked Sendable {
    let stream: Int32
    var head = RequestHead()
    var state = ServerCallState()
    var incoming: IncomingMessages
    var outgoing: OutgoingMessages
    var task: Task<Void, Never>?
    var deadline: LoopTimer?
    /// The request headers are complete.
    var hasHead = false
    /// The client sends no more.
    var inputEnded = false
    /// The connection will look at the output when it writes next.
    var isDirty = false
    /// Sent instead of 200 when the request was not gRPC.
    var httpStatus = 200

    init(stream: Int32, requests: MessageChannel, responses: MessageChannel, maxMessageBytes: Int) {
        self.stream = stream
        incoming = IncomingMessages(channel: requests, maxMessageBytes: maxMessageBytes)
        outgoing = OutgoingMessages(channel: responses)
    }

    /// Ends the call now, whatever its handler is doing: what was not sent yet is dropped.
    func abort(_ error: RPCError) {
        guard state.end(with: .failure(error)) else { return }
        stop(error)
    }

    /// Wakes everyone who waits for this call.
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
