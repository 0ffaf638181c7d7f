/// Reads HTTP/1.1 requests from bytes that arrive in any pieces.
///
/// Strict where leniency is known to enable request smuggling: lines end in CR LF, header names are tokens with the
/// colon right after, lines are not folded, a request has one Host and at most one Content-Length, and
/// Transfer-Encoding is refused. Everything is bounded.
struct HTTP1RequestParser {
    struct Limits {
        var requestLineBytes = 8 << 10
        var headerBytes = 16 << 10
        var headerCount = 100
        var bodyBytes = 1 << 20
    }

    /// A request that cannot be served; the connection is closed after this answer.
    struct Failure: Error, Equatable {
        let status: Int
        let reason: String
    }

    enum Event: Equatable {
        case needsMore
        /// The client waits for permission to send the body (`Expect: 100-continue`).
        case continueExpected
        case request(HTTPRequest, keepAlive: Bool)
    }

    private struct Head {
        var request: HTTPRequest
        var keepAlive: Bool
        var bodyLength: Int
    }

    private enum Phase {
        case requestLine
        case headers(HTTPRequest, isHTTP11: Bool, bytes: Int)
        case body(Head)
    }

    private let limits: Limits
    private var phase = Phase.requestLine
    /// Received bytes; those from `start` on are unused.
    private var buffer: [UInt8] = []
    private var start = 0
    /// There is no line end before this index.
    private var searched = 0

    init(limits: Limits = Limits()) { self.limits = limits }

    /// A request has begun and is not complete.
    var isInsideRequest: Bool {
        if case .requestLine = phase { return start < buffer.count }
        return true
    }

    /// The number of bytes not yet read as part of a request.
    var pendingBytes: Int { buffer.count - start }

    mutating func append(_ bytes: some Sequence<UInt8>) {
        if start > 0 {
            buffer.removeFirst(start)
            searched -= start
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next event.
    ///
    /// Call again until `needsMore`.
    mutating func next() throws(Failure) -> Event {
        while true {
            switch phase {
            case .requestLine:
                guard let line = try line(limit: limits.requestLineBytes, status: 414) else { return .needsMore }
                // An empty line before a request is allowed by RFC 9112, section 2.2.
                if !line.isEmpty { try readRequestLine(line) }
            case .headers(let request, let isHTTP11, let bytes):
                guard let line = try line(limit: limits.headerBytes - bytes, status: 431) else { return .needsMore }
                if let event = try readHeader(line, request, isHTTP11, bytes) { return event }
            case .body(let head):
                guard buffer.count - start >= head.bodyLength else { return .needsMore }
                var request = head.request
                request.body = Array(buffer[start..<start + head.bodyLength])
                start += head.bodyLength
                searched = start
                phase = .requestLine
                return .request(request, keepAlive: head.keepAlive)
            }
        }
    }

    // MARK: Lines

    private mutating func line(limit: Int, status: Int) throws(Failure) -> ArraySlice<UInt8>? {
        guard let newline = buffer[max(start, searched)...].firstIndex(of: UInt8(ascii: "\n")) else {
            searched = buffer.count
            if buffer.count - start > limit { throw Failure(status: status, reason: "a line is too long") }
            return nil
        }
        guard newline - start <= limit else { throw Failure(status: status, reason: "a line is too long") }
        guard newline > start, buffer[newline - 1] == UInt8(ascii: "\r") else {
            throw Failure(status: 400, reason: "a line does not end in CR LF")
        }
        let line = buffer[start..<newline - 1]
        start = newline + 1
        searched = start
        return line
    }

    private mutating func readRequestLine(_ line: ArraySlice<UInt8>) throws(Failure) {
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(Self.isTokenByte) else {
            throw Failure(status: 400, reason: "the request line is not \"METHOD target HTTP/1.1\"")
        }
        guard let first = parts[1].first, parts[1].allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            first == UInt8(ascii: "/") || parts[1].elementsEqual("*".utf8)
        else { throw Failure(status: 400, reason: "the request target must be a path") }
        let isHTTP11 = parts[2].elementsEqual("HTTP/1.1".utf8)
        guard isHTTP11 || parts[2].elementsEqual("HTTP/1.0".utf8) else {
            throw Failure(status: 505, reason: "use HTTP/1.1, or HTTP/2 with prior knowledge")
        }
        let request = HTTPRequest(
            method: String(decoding: parts[0], as: UTF8.self), target: String(decoding: parts[1], as: UTF8.self))
        phase = .headers(request, isHTTP11: isHTTP11, bytes: 0)
    }

    /// Reads one header line, or the empty one that ends the headers.
    private mutating func readHeader(
        _ line: ArraySlice<UInt8>, _ request: HTTPRequest, _ isHTTP11: Bool, _ bytes: Int
    ) throws(Failure) -> Event? {
        if line.isEmpty {
            let head = try head(of: request, isHTTP11: isHTTP11)
            phase = .body(head)
            let expectsLeave = request["expect"]?.lowercased() == "100-continue"
            return expectsLeave && isHTTP11 && buffer.count - start < head.bodyLength ? .continueExpected : nil
        }
        guard request.headers.count < limits.headerCount else {
            throw Failure(status: 431, reason: "there are more than \(limits.headerCount) headers")
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
            line[..<colon].allSatisfy(Self.isTokenByte)
        else { throw Failure(status: 400, reason: "a header is not \"name: value\"") }
        let value = Self.trimmed(line[(colon + 1)...])
        guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw Failure(status: 400, reason: "a header value has control characters")
        }
        var request = request
        let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
        request.headers.append((name, String(decoding: value, as: UTF8.self)))
        phase = .headers(request, isHTTP11: isHTTP11, bytes: bytes + line.count + 2)
        return nil
    }

    // MARK: Meaning

    private func head(of request: HTTPRequest, isHTTP11: Bool) throws(Failure) -> Head {
        let hosts = request.headers.count { $0.name == "host" }
        guard hosts == 1 || hosts == 0 && !isHTTP11 else {
            throw Failure(status: 400, reason: "a request needs exactly one Host header")
        }
        guard request["transfer-encoding"] == nil else {
            throw Failure(status: 501, reason: "Transfer-Encoding is not supported; send Content-Length")
        }
        let options = (request["connection"] ?? "").lowercased().split(separator: ",").map {
            String(decoding: Self.trimmed(Array($0.utf8)[...]), as: UTF8.self)
        }
        return Head(
            request: request, keepAlive: isHTTP11 && !options.contains("close"), bodyLength: try bodyLength(of: request)
        )
    }

    private func bodyLength(of request: HTTPRequest) throws(Failure) -> Int {
        let lengths = request.headers.filter { $0.name == "content-length" }.map(\.value)
        guard let text = lengths.first else { return 0 }
        guard lengths.count == 1, !text.isEmpty, text.utf8.count <= 18,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(text)
        else { throw Failure(status: 400, reason: "Content-Length is not one number") }
        guard length <= limits.bodyBytes else {
            throw Failure(status: 413, reason: "the body is over the limit of \(limits.bodyBytes) bytes")
        }
        return length
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return bytes[first...last]
    }

    /// `tchar` of RFC 9110, section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
