import JSONCoding
import Wire
import WireUV

/// An HTTP request, with what every route needs from it.
struct DoorRequest: Sendable {
    let http: HTTPRequest
    /// The client's id for the request, or a generated one. Returned with the answer.
    let id: String
    let deadline: ContinuousClock.Instant?

    /// The maximum number of JSON values in a body: enough for a list of a million token ids.
    private static let maximumValues = 1 << 20

    init(_ http: HTTPRequest) throws(DoorError) {
        self.http = http
        id = Self.identifier(http["x-request-id"]) ?? Self.newID()
        deadline = try Self.timeout(http).map { .now + $0 }
    }

    private static func newID() -> String { String(UInt64.random(in: 0...UInt64.max), radix: 36) }

    /// The text, if it is fit for a header and a log line.
    private static func identifier(_ text: String?) -> String? {
        guard let text, !text.isEmpty, text.utf8.count <= 128, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return text
    }

    /// The timeout in Connect's header.
    private static func timeout(_ http: HTTPRequest) throws(DoorError) -> Duration? {
        guard let text = http["connect-timeout-ms"] else { return nil }
        guard text.utf8.count <= 10, let milliseconds = Int(text), milliseconds >= 0 else {
            throw .field("Connect-Timeout-Ms", "Give a whole number of milliseconds of at most 10 digits.")
        }
        return .milliseconds(milliseconds)
    }

    /// The body as JSON.
    ///
    /// - Throws: 415 for another content type, 400 for invalid JSON.
    func json() throws(DoorError) -> JSONValue {
        try Self.checkIsJSON(http)
        do {
            return try JSONReader.parse(http.body, maximumValues: Self.maximumValues)
        } catch {
            throw DoorError(
                400, "The body is not valid JSON at line \(error.line), byte \(error.offset): \(error.reason).",
                code: "invalid_json")
        }
    }

    static func checkIsJSON(_ http: HTTPRequest) throws(DoorError) {
        // curl's default content type.
        let plain = "application/x-www-form-urlencoded"
        let type = http["content-type"].map { $0.prefix { $0 != ";" }.lowercased() } ?? plain
        guard type == "application/json" || type == plain || type.hasSuffix("+json") else {
            throw DoorError(415, "The content-type is \(type). Send application/json.", code: "unsupported_media_type")
        }
        if let encoding = http["content-encoding"], encoding.lowercased() != "identity" {
            throw DoorError(415, "Bodies compressed with \(encoding) are not read. Send them as they are.")
        }
    }

    /// The `accept` header in lower case; empty if there is none.
    var accepts: String { http["accept"]?.lowercased() ?? "" }

    func calls(_ handler: any CallHandler) -> Calls {
        var metadata = Metadata()
        for (name, value) in http.headers where !Self.hopHeaders.contains(name) { metadata.add(name, value) }
        if metadata["x-request-id"] == nil { metadata.add("x-request-id", id) }
        return Calls(
            handler: handler, metadata: metadata, peer: http.peer, certificate: http.certificate, deadline: deadline)
    }

    /// Headers that belong to the HTTP exchange and not to the call.
    private static let hopHeaders: Set<String> = [
        "accept", "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "expect",
        "host",
        "keep-alive", "transfer-encoding", "upgrade",
    ]

    /// The value of a query parameter.
    func query(_ name: String) -> String? {
        for pair in http.query.split(separator: "&") where pair.hasPrefix(name + "=") {
            return PercentEncoding.decode(String(pair.dropFirst(name.count + 1)))
        }
        return nil
    }
}

extension HTTPResponse {
    static func json(_ body: JSONValue, _ headers: [(name: String, value: String)] = []) -> HTTPResponse {
        var response = HTTPResponse(status: 200, contentType: "application/json", body: body.bytes())
        response.headers = headers
        return response
    }
}
