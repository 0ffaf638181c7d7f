/// An error as the trailers of its call: `grpc-status`, `grpc-message`, `grpc-status-details-bin` and its metadata.
extension RPCError {
    package static let statusName = "grpc-status"
    package static let messageName = "grpc-message"
    package static let detailsName = "grpc-status-details-bin"

    // Common clients accept 8 KiB of trailers and replace an error that exceeds them with one of their own. So a long
    // message is cut, and details that are too long are dropped: they only repeat the message.
    private static let maxMessageBytes = 1 << 10
    private static let maxDetailsBytes = 4 << 10

    /// The trailers of a call that ended well.
    package static func okTrailers(_ metadata: Metadata) -> Metadata {
        var trailers: Metadata = [statusName: "0"]
        for entry in metadata { trailers.add(entry.name, entry.value) }
        return trailers
    }

    package var trailers: Metadata {
        let text = Self.cut(message)
        var trailers: Metadata = [Self.statusName: "\(code.rawValue)", Self.messageName: PercentEncoding.encode(text)]
        if !details.isEmpty {
            let encoded = Base64.encode(StatusDetails.encode(code: code, message: text, details))
            if encoded.utf8.count <= Self.maxDetailsBytes { trailers.add(Self.detailsName, encoded) }
        }
        for entry in metadata { trailers.add(entry.name, entry.value) }
        return trailers
    }

    /// Reads a call's status from its trailers; nil means OK.
    ///
    /// A missing or non-numeric status is itself an error. Unreadable details are skipped.
    package static func status(of trailers: Metadata) -> RPCError? {
        guard let text = trailers[statusName], let number = Int(text) else {
            return RPCError(
                .internal, reason: "STATUS_MISSING", "The server ended the call without a status. Is it a gRPC server?")
        }
        guard number != 0 else { return nil }
        var error = RPCError(Code(rawValue: number) ?? .unknown, PercentEncoding.decode(trailers[messageName] ?? ""))
        error.details = trailers.bytes(detailsName).map(StatusDetails.decode) ?? []
        for entry in trailers where ![statusName, messageName, detailsName].contains(entry.name) {
            error.metadata.add(entry.name, entry.value)
        }
        return error
    }

    /// At most `maxMessageBytes`, cut between characters.
    private static func cut(_ message: String) -> String {
        guard message.utf8.count > maxMessageBytes else { return message }
        var kept = message.prefix(maxMessageBytes)
        while kept.utf8.count > maxMessageBytes { kept.removeLast() }
        return kept + "..."
    }
}
