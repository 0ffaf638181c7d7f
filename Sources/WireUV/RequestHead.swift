internal import Wire

/// The headers of one gRPC request as they arrive, and what they ask for.
struct RequestHead {
    enum Verdict {
        case call(MethodName, timeout: Duration?)
        case refused(RPCError)
        /// Not gRPC; answered with an HTTP status of its own.
        case notGRPC(httpStatus: Int, RPCError)
    }

    private(set) var metadata = Metadata()
    private var method = ""
    private var path = ""
    private var contentType: String?
    private var timeout: String?
    private var encoding: String?
    private var bytes = 0

    mutating func add(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>, limit: Int) {
        // As SETTINGS_MAX_HEADER_LIST_SIZE counts; what is beyond the limit is not kept.
        bytes += name.count + value.count + 32
        guard bytes <= limit else { return }
        let name = String(decoding: name, as: UTF8.self)
        let text = { String(decoding: value, as: UTF8.self) }
        switch name {
        case ":method": method = text()
        case ":path": path = text()
        case "content-type": contentType = text()
        case "grpc-timeout": timeout = text()
        case "grpc-encoding": encoding = text()
        case ":scheme", ":authority", "te", "host", "content-length", "grpc-accept-encoding", "accept-encoding":
            break
        default:
            metadata.add(name, text())
        }
    }

    /// What to do, given the methods that exist.
    func verdict(limit: Int, serves: (MethodName) -> Bool) -> Verdict {
        guard method == "POST" else {
            return .notGRPC(httpStatus: 405, RPCError(.internal, "gRPC calls are POST requests, not \(method)"))
        }
        guard let contentType, Self.isGRPC(contentType) else {
            let text = "content-type is \(contentType ?? "missing"); gRPC calls use application/grpc"
            return .notGRPC(httpStatus: 415, RPCError(.invalidArgument, text))
        }
        guard bytes <= limit else {
            return .refused(
                RPCError(.resourceExhausted, "request metadata of \(bytes) bytes is over the limit of \(limit)"))
        }
        guard let name = MethodName(path: path), serves(name) else {
            return .refused(RPCError(.unimplemented, "there is no method \(path)"))
        }
        if let encoding, encoding != "identity" {
            let text = "messages compressed with \(encoding) are not supported; send them uncompressed"
            return .refused(RPCError(.unimplemented, text))
        }
        guard let timeout else { return .call(name, timeout: nil) }
        guard let duration = StatusCodec.parseTimeout(timeout) else {
            return .refused(
                RPCError(.internal, "grpc-timeout is \(timeout); write up to 8 digits and one of H M S m u n"))
        }
        return .call(name, timeout: duration)
    }

    /// `application/grpc`, alone or followed by a message format (`+proto`) or parameters (`; ...`).
    private static func isGRPC(_ contentType: String) -> Bool {
        guard contentType.hasPrefix("application/grpc") else { return false }
        let rest = contentType.dropFirst("application/grpc".count)
        return rest.isEmpty || rest.hasPrefix("+") || rest.hasPrefix(";")
    }
}
