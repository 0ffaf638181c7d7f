internal import Wire

/// The headers of one HTTP/2 request as they arrive, and the verdict on them.
struct RequestHead {
    enum Verdict {
        case call(MethodName, timeout: Duration?, MessageEncoding)
        case refused(RPCError)
        /// Plain HTTP; its body follows.
        case http(HTTPRequest)
        /// Plain HTTP with headers over the limit.
        case tooManyHeaders
    }

    private(set) var metadata = Metadata()
    private var method = ""
    private var path = ""
    private var contentType: String?
    private var timeout: String?
    private var encoding: String?
    private var authority: String?
    private var acceptEncoding: String?
    /// The size of the headers, counted as SETTINGS_MAX_HEADER_LIST_SIZE does, and of trailers.
    private(set) var bytes = 0

    /// Counts a trailer, which is not kept.
    mutating func skip(_ count: Int) { bytes += count + Self.fieldBytes }

    private static let fieldBytes = 32

    mutating func add(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>, limit: Int) {
        // Anything beyond the limit is dropped.
        bytes += name.count + value.count + Self.fieldBytes
        guard bytes <= limit else { return }
        let name = String(decoding: name, as: UTF8.self)
        let text = { String(decoding: value, as: UTF8.self) }
        switch name {
        case ":method": method = text()
        case ":path": path = text()
        case "content-type": contentType = text()
        case "grpc-timeout": timeout = text()
        case "grpc-encoding": encoding = text()
        case ":scheme", "te", "host", "content-length", "grpc-accept-encoding": break
        case ":authority": authority = text()
        // Not part of a call's metadata, but of a plain request.
        case "accept-encoding": acceptEncoding = text()
        default:
            metadata.add(name, text())
        }
    }

    /// What to do, given the methods that exist.
    func verdict(limit: Int, serves: (MethodName) -> Bool) -> Verdict {
        guard method == "POST", let contentType, Self.isGRPC(contentType) else {
            return bytes <= limit ? .http(plainRequest) : .tooManyHeaders
        }
        guard bytes <= limit else { return .refused(.metadataTooLarge(bytes, limit: limit)) }
        guard let name = MethodName(path: path), serves(name) else { return .refused(.unknownMethod(path)) }
        let named = encoding ?? MessageEncoding.identity.rawValue
        guard let encoding = MessageEncoding(rawValue: named) else { return .refused(.unknownEncoding(named)) }
        guard let timeout else { return .call(name, timeout: nil, encoding) }
        guard let duration = CallTimeout.parse(timeout) else { return .refused(.malformedTimeout(timeout)) }
        return .call(name, timeout: duration, encoding)
    }

    private var plainRequest: HTTPRequest {
        var headers = [("host", authority), ("content-type", contentType), ("accept-encoding", acceptEncoding)]
            .compactMap { name, value in value.map { (name: name, value: $0) } }
        headers += metadata.map { (name: $0.name, value: $0.value) }
        return HTTPRequest(method: method, target: path, headers: headers)
    }

    /// `application/grpc`, alone or followed by a message format (`+proto`) or parameters (`; ...`).
    private static func isGRPC(_ contentType: String) -> Bool {
        guard contentType.hasPrefix("application/grpc") else { return false }
        let rest = contentType.dropFirst("application/grpc".count)
        return rest.isEmpty || rest.hasPrefix("+") || rest.hasPrefix(";")
    }
}

/// Errors found in a request before its method is even looked up.
extension RPCError {
    fileprivate static func metadataTooLarge(_ size: Int, limit: Int) -> RPCError {
        RPCError(
            .resourceExhausted, reason: "METADATA_TOO_LARGE",
            "The request's metadata has \(size) bytes and the limit is \(limit).",
            values: ["size": "\(size)", "limit": "\(limit)"])
    }

    fileprivate static func unknownEncoding(_ encoding: String) -> RPCError {
        RPCError(
            .unimplemented, reason: "UNKNOWN_ENCODING",
            "Messages compressed with \(encoding) are not supported. Send them with grpc-encoding gzip or identity.",
            values: ["encoding": encoding])
    }

    fileprivate static func malformedTimeout(_ text: String) -> RPCError {
        RPCError(
            .internal, reason: "MALFORMED_TIMEOUT",
            "The grpc-timeout is \(text). Write up to 8 digits and a unit, one of H M S m u n.",
            values: ["timeout": text])
    }
}
