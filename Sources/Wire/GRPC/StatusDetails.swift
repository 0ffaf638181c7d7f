/// `google.rpc.Status` with details, the bytes of `grpc-status-details-bin`.
package enum StatusDetails {
    private static let typePrefix = "type.googleapis.com/"

    package static func encode(code: RPCError.Code, message: String, _ details: [RPCError.Detail]) -> [UInt8] {
        var status = GoogleRPC.Status()
        status.code = Int32(code.rawValue)
        status.message = message
        status.details = packed(details)
        return status.serializedBytes()
    }

    /// The details, each packed into an `Any` message.
    package static func packed(_ details: [RPCError.Detail]) -> [WellKnown.AnyMessage] { details.map(pack) }

    /// The details of the kinds `RPCError.Detail` has, in order; others, and unreadable ones, are skipped.
    package static func decode(_ bytes: [UInt8]) -> [RPCError.Detail] {
        let status = try? GoogleRPC.Status(serializedBytes: bytes)
        return status?.details.compactMap(unpack) ?? []
    }

    private static func pack(_ detail: RPCError.Detail) -> WellKnown.AnyMessage {
        switch detail {
        case .errorInfo(let reason, let domain, let metadata):
            var info = GoogleRPC.ErrorInfo()
            info.reason = reason
            info.domain = domain
            info.metadata = metadata
            return packed(info)
        case .badRequest(let violations):
            var badRequest = GoogleRPC.BadRequest()
            badRequest.fieldViolations = violations.map {
                var violation = GoogleRPC.BadRequest.FieldViolation()
                violation.field = $0.field
                violation.description = $0.description
                return violation
            }
            return packed(badRequest)
        case .retryInfo(let delay):
            var retry = GoogleRPC.RetryInfo()
            retry.retryDelay = WellKnown.Duration(delay)
            return packed(retry)
        }
    }

    private static func packed<Message: ProtobufMessage>(_ message: Message) -> WellKnown.AnyMessage {
        var any = WellKnown.AnyMessage()
        any.typeUrl = typePrefix + Message.fullName
        any.value = message.serializedBytes()
        return any
    }

    private static func unpack(_ any: WellKnown.AnyMessage) -> RPCError.Detail? {
        // Anything before the last slash is not part of the name.
        switch any.typeUrl.split(separator: "/").last.map(String.init) {
        case GoogleRPC.ErrorInfo.fullName:
            let info = try? GoogleRPC.ErrorInfo(serializedBytes: any.value)
            return info.map { .errorInfo(reason: $0.reason, domain: $0.domain, metadata: $0.metadata) }
        case GoogleRPC.BadRequest.fullName:
            let badRequest = try? GoogleRPC.BadRequest(serializedBytes: any.value)
            return badRequest.map {
                .badRequest($0.fieldViolations.map { .init(field: $0.field, description: $0.description) })
            }
        case GoogleRPC.RetryInfo.fullName:
            let retry = try? GoogleRPC.RetryInfo(serializedBytes: any.value)
            return retry.map { .retryInfo(delay: Duration($0.retryDelay ?? WellKnown.Duration())) }
        default: return nil
        }
    }
}

extension WellKnown.Duration {
    /// Rounded toward zero to nanoseconds.
    package init(_ duration: Duration) {
        self.init()
        seconds = duration.components.seconds
        nanos = Int32(duration.components.attoseconds / 1_000_000_000)
    }
}

extension Duration {
    package init(_ duration: WellKnown.Duration) {
        self = .seconds(duration.seconds) + .nanoseconds(Int64(duration.nanos))
    }
}
