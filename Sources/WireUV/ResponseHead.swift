internal import Wire

/// One block of response headers or trailers as it arrives.
struct ResponseHead {
    private(set) var httpStatus: Int?
    private(set) var contentType: String?
    private(set) var encoding: String?
    private(set) var metadata = Metadata()
    private var bytes = 0
    private(set) var isTooLarge = false

    mutating func add(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>, limit: Int) {
        bytes += name.count + value.count + 32
        guard bytes <= limit else {
            isTooLarge = true
            return
        }
        let name = String(decoding: name, as: UTF8.self)
        let text = String(decoding: value, as: UTF8.self)
        switch name {
        case ":status": httpStatus = Int(text)
        case "content-type": contentType = text
        case "grpc-encoding": encoding = text
        case "grpc-accept-encoding": break
        default: metadata.add(name, text)
        }
    }

    var hasStatus: Bool { metadata["grpc-status"] != nil }

    /// Informational headers (1xx) come before the real ones.
    var isInformational: Bool { (100..<200).contains(httpStatus ?? 0) }

    /// Why this cannot be the beginning of a gRPC response; nil if it can.
    ///
    /// HTTP statuses map to codes as in gRPC's document "HTTP to gRPC Status Code Mapping".
    var problem: RPCError? {
        if isTooLarge { return .responseHeadersTooLarge }
        if hasStatus { return nil }
        let status = httpStatus ?? 0
        guard status == 200 else { return .httpStatus(status) }
        guard let contentType, contentType.hasPrefix("application/grpc") else {
            return .notGRPC(contentType: contentType ?? "missing")
        }
        return nil
    }
}

extension RPCError {
    fileprivate static var responseHeadersTooLarge: RPCError {
        RPCError(.internal, reason: "METADATA_TOO_LARGE", "The server's response metadata is over the client's limit.")
    }

    fileprivate static func httpStatus(_ status: Int) -> RPCError {
        let code: Code =
            switch status {
            case 400: .internal
            case 401: .unauthenticated
            case 403: .permissionDenied
            case 404: .unimplemented
            case 429, 502, 503, 504: .unavailable
            default: .unknown
            }
        return RPCError(
            code, reason: "HTTP_STATUS", "The server answered with HTTP status \(status) in place of a gRPC status.",
            values: ["http_status": "\(status)"])
    }

    fileprivate static func notGRPC(contentType: String) -> RPCError {
        RPCError(
            .unknown, reason: "WRONG_CONTENT_TYPE",
            "The server answered with content-type \(contentType). Is it a gRPC server?",
            values: ["content_type": contentType])
    }
}
