internal import Guarding
internal import Wire

/// One call on a client's connection.
///
/// Sendable because mutable state other than the trailers is only used on the loop.
final class ClientStream: @unchecked Sendable {
    let id: Int32
    var state = ClientCallState()
    var incoming: IncomingMessages
    var outgoing: OutgoingMessages
    var deadline: LoopTimer?
    private let endsAt: ContinuousClock.Instant?
    var isDirty = false
    let trailers = Guarded(Metadata())

    init(
        id: Int32, requests: MessageChannel, responses: MessageChannel, maxMessageBytes: Int,
        endsAt: ContinuousClock.Instant?
    ) {
        self.id = id
        self.endsAt = endsAt
        incoming = IncomingMessages(channel: responses, maxMessageBytes: maxMessageBytes)
        outgoing = OutgoingMessages(channel: requests)
    }

    /// Whether the server may have ended the call because of its deadline.
    var isPastDeadline: Bool { endsAt.map { $0 <= .now } ?? false }

    /// The server's status has arrived: responses received before it remain to be read.
    func finish(_ outcome: Result<Metadata, RPCError>) {
        switch outcome {
        case .success(let metadata):
            trailers.withLock { $0 = metadata }
            incoming.end()
        case .failure(let error):
            trailers.withLock { $0 = error.metadata }
            incoming.channel.finish(throwing: error)
        }
        stopSending(.callEnded(outcome))
    }

    /// The call ends without a status from the server; unread responses are dropped.
    func abort(_ error: RPCError) {
        incoming.channel.abort(error)
        stopSending(error)
    }

    private func stopSending(_ error: RPCError) {
        deadline?.cancel()
        deadline = nil
        outgoing.channel.abort(error)
        outgoing.discard()
    }
}
