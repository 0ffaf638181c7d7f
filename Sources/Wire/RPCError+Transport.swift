/// The errors of calls that the transport ends.
extension RPCError {
    package static var deadlinePassed: RPCError {
        RPCError(.deadlineExceeded, reason: "DEADLINE_PASSED", "The call's deadline passed before it was done.")
    }

    package static var callCancelled: RPCError {
        RPCError(.cancelled, reason: "CALL_CANCELLED", "The call was cancelled.")
    }

    package static func unknownMethod(_ path: String) -> RPCError {
        RPCError(
            .unimplemented, reason: "UNKNOWN_METHOD", "The server has no method \(path).", values: ["method": path])
    }

    package static func messageTooLarge(_ size: Int, limit: Int) -> RPCError {
        RPCError(
            .resourceExhausted, reason: "MESSAGE_TOO_LARGE",
            "The message has \(size) bytes and the limit is \(limit). Split it into smaller ones.",
            values: ["size": "\(size)", "limit": "\(limit)"])
    }

    package static var serverStopping: RPCError {
        RPCError(.unavailable, reason: "SERVER_STOPPING", "The server is shutting down. Try again later.")
    }

    package static var clientClosed: RPCError {
        RPCError(.unavailable, reason: "CLIENT_CLOSED", "The client was closed. Make a new one.")
    }

    /// The error for a client that is still sending after the server's status.
    package static func callEnded(_ outcome: Result<Metadata, RPCError>) -> RPCError {
        if case .failure(let error) = outcome { return error }
        return RPCError(.cancelled, reason: "CALL_ENDED", "The server has ended the call and takes no more requests.")
    }
}
