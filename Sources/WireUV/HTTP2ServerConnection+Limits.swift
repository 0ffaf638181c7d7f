internal import CNGHTTP2
internal import Wire

/// What an HTTP/2 connection does about clients that are slow, or hold too much.
extension HTTP2ServerConnection {
    /// Notes how much of a message or body has arrived that is not complete.
    func note(_ call: ServerCall, _ bytes: Int) {
        guard bytes != call.unfinishedBytes else { return }
        if call.unfinishedBytes == 0, call.plain == nil { call.unfinishedSince = .now }
        let total = unfinished.bytes + bytes - call.unfinishedBytes
        call.unfinishedBytes = bytes
        environment.unfinished.update(unfinished, to: total)
    }

    /// Gives up the requests that have not arrived completely.
    func shed() {
        for call in calls.values where call.unfinishedBytes > 0 { giveUp(call, .tooMuchUnfinished, status: 503) }
    }

    /// Refuses requests that arrive too slowly.
    func checkRequests(at now: ContinuousClock.Instant) {
        for call in calls.values where !call.inputEnded && call.state.outcome == nil {
            guard call.unfinishedBytes > 0 || call.plain.map({ $0.response == nil }) == true else { continue }
            let pace = BodyPace(grace: environment.options.headerTimeout, began: call.unfinishedSince)
            if pace.isTooSlow(received: call.unfinishedBytes, at: now) {
                giveUp(call, .arrivedTooSlowly, status: 408)
            }
        }
    }

    private func giveUp(_ call: ServerCall, _ error: RPCError, status: Int) {
        note(call, 0)
        if call.plain == nil {
            refuse(call, error)
        } else {
            answer(call, HTTPResponse(status: status, text: error.message + "\n"))
        }
    }

    /// Ends calls whose clients have not read for long: each holds a handler and what it has to say.
    func checkReading(at now: ContinuousClock.Instant) {
        for call in calls.values {
            defer { call.sentBytesBefore = call.sentBytes }
            guard call.sentBytes == call.sentBytesBefore, call.outgoing.hasUnsent else {
                call.unreadSince = nil
                continue
            }
            let since = call.unreadSince ?? now
            call.unreadSince = since
            guard now - since > environment.options.readTimeout else { continue }
            call.abort(.leftUnread)
            // Its trailers would wait behind what is unread.
            session.reset(call.stream, NGHTTP2_CANCEL)
        }
    }
}

extension RPCError {
    fileprivate static var tooMuchUnfinished: RPCError {
        RPCError(
            .resourceExhausted, reason: "TOO_MUCH_UNFINISHED",
            "The server holds too many requests that have not arrived completely. Try again later.",
            details: [.retryInfo(delay: .seconds(1))])
    }

    fileprivate static var arrivedTooSlowly: RPCError {
        RPCError(.deadlineExceeded, reason: "ARRIVED_TOO_SLOWLY", "The request arrived too slowly.")
    }

    fileprivate static var leftUnread: RPCError {
        RPCError(.cancelled, reason: "LEFT_UNREAD", "The client has not read its responses.")
    }
}
