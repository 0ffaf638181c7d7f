/// Reads HTTP/1.1 requests from bytes that arrive in any pieces.
///
/// Strict where leniency is known to enable request smuggling: lines end in CR LF, header names are tokens with the
/// colon right after, lines are not folded, a request has one Host and at most one of Content-Length and
/// Transfer-Encoding, the latter being `chunked`. Trailers are held to the same. Everything is bounded.
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
        /// The head of a request whose body has not arrived yet. The client may wait for permission to send it
        /// (`Expect: 100-continue`).
        case bodyFollows(HTTPRequest, awaitsPermission: Bool)
        /// A whole request. A client of HTTP/1.0 knows no chunks.
        case request(HTTPRequest, keepAlive: Bool, isHTTP11: Bool)
    }

    private struct Head {
        var request: HTTPRequest
        var keepAlive: Bool
        var isHTTP11: Bool
        /// Nil for a chunked body.
        var bodyLength: Int?
    }

    private enum Phase {
        case requestLine
        case headers(HTTPRequest, isHTTP11: Bool, bytes: Int)
        case body(Head)
        case chunkLength(Head)
        /// The rest of a chunk and the line ending after it.
        case chunk(Head, left: Int)
        /// Fields after the last chunk, which are ignored.
        case trailers(Head, bytes: Int)
    }

    private let limits: Limits
    /// What has arrived of a chunked body.
    private var chunks: [UInt8] = []
    private var phase = Phase.requestLine
    /// Received bytes; those from `start` on are unused.
    private var buffer: [UInt8] = []
    private var start = 0
    /// There is no line end before this index.
    private var searched = 0
    /// The host in the current request's target, which takes the place of its Host header.
    private var targetHost: String?

    init(limits: Limits = Limits()) { self.limits = limits }

    /// A request has begun and is not complete.
    var isInsideRequest: Bool {
        if case .requestLine = phase { return start < buffer.count }
        return true
    }

    /// The number of bytes not yet read as part of a request.
    var pendingBytes: Int { buffer.count - start }

    /// The number of bytes that have arrived of the current request's body.
    var bodyBytes: Int {
        switch phase {
        case .requestLine, .headers: 0
        case .body: pendingBytes
        case .chunkLength, .chunk, .trailers: chunks.count
        }
    }

    /// Forgets what has arrived; nothing more is read.
    mutating func discard() { (buffer, chunks, start, searched) = ([], [], 0, 0) }

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
                let length = head.bodyLength ?? 0
                guard buffer.count - start >= length else { return .needsMore }
                var request = head.request
                request.body = Array(buffer[start..<start + length])
                start += length
                searched = start
                return ended(request, head)
            case .chunkLength(let head):
                guard let line = try line(limit: Self.chunkLineBytes, status: 400) else { return .needsMore }
                try readChunkLength(line, head)
            case .chunk(let head, let left):
                guard try readChunk(head, left: left) else { return .needsMore }
            case .trailers(let head, let bytes):
                guard let line = try line(limit: limits.headerBytes - bytes, status: 431) else { return .needsMore }
                if line.isEmpty {
                    var request = head.request
                    swap(&request.body, &chunks)
                    return ended(request, head)
                }
                _ = try Self.field(line)
                phase = .trailers(head, bytes: bytes + line.count + 2)
            }
        }
    }

    private mutating func ended(_ request: HTTPRequest, _ head: Head) -> Event {
        phase = .requestLine
        return .request(request, keepAlive: head.keepAlive, isHTTP11: head.isHTTP11)
    }

    // MARK: Chunks

    private static let chunkLineBytes = 256

    /// Reads a chunk's length in hexadecimal; extensions after it are ignored.
    private mutating func readChunkLength(_ line: ArraySlice<UInt8>, _ head: Head) throws(Failure) {
        let digits = line.prefix(while: Self.isHexadecimal)
        let extensions = line.dropFirst(digits.count)
        // White space may only stand before an extension.
        guard !digits.isEmpty, digits.count <= 15, extensions.allSatisfy(Self.isTextByte),
            extensions.isEmpty || Self.trimmed(extensions).first == UInt8(ascii: ";"),
            let length = Int(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw Failure(status: 400, reason: "a chunk does not begin with its length in hexadecimal") }
        guard length <= limits.bodyBytes - chunks.count else { throw tooLong }
        phase = length == 0 ? .trailers(head, bytes: 0) : .chunk(head, left: length)
    }

    /// Takes what has arrived of a chunk.
    ///
    /// - Returns: false if more bytes are needed.
    private mutating func readChunk(_ head: Head, left: Int) throws(Failure) -> Bool {
        let count = min(left, buffer.count - start)
        chunks += buffer[start..<start + count]
        start += count
        searched = start
        guard count == left, buffer.count - start >= 2 else {
            phase = .chunk(head, left: left - count)
            return false
        }
        guard buffer[start] == UInt8(ascii: "\r"), buffer[start + 1] == UInt8(ascii: "\n") else {
            throw Failure(status: 400, reason: "a chunk is longer than it says")
        }
        start += 2
        searched = start
        phase = .chunkLength(head)
        return true
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    private var tooLong: Failure {
        Failure(status: 413, reason: "the body is over the limit of \(limits.bodyBytes) bytes")
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
        let method = String(decoding: parts[0], as: UTF8.self)
        guard let target = Self.target(parts[1], isOptions: method == "OPTIONS") else {
            throw Failure(status: 400, reason: "the request target must be a path, or a URL of this server")
        }
        // Later minor versions are read as 1.1 (RFC 9110, section 2.5).
        guard parts[2].count == 8, parts[2].starts(with: "HTTP/1.".utf8), let minor = parts[2].last, Self.isDigit(minor)
        else { throw Failure(status: 505, reason: "use HTTP/1.1, or HTTP/2 with prior knowledge") }
        targetHost = target.host
        phase = .headers(
            HTTPRequest(method: method, target: target.path), isHTTP11: minor > UInt8(ascii: "0"), bytes: 0)
    }

    /// A request target's path with its query, and the host of one in absolute form (RFC 9112, section 3.2).
    private static func target(_ bytes: ArraySlice<UInt8>, isOptions: Bool) -> (path: String, host: String?)? {
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        if text.hasPrefix("/") || isOptions && text == "*" { return (text, nil) }
        let lowercase = text.lowercased()
        guard let scheme = ["http://", "https://"].first(where: { lowercase.hasPrefix($0) }) else { return nil }
        let rest = text.dropFirst(scheme.count)
        let host = rest.prefix { $0 != "/" && $0 != "?" }
        guard !host.isEmpty, isHost(host) else { return nil }
        let path = rest.dropFirst(host.count)
        return (path.hasPrefix("/") ? String(path) : "/" + path, String(host))
    }

    /// Reads one header line, or the empty one that ends the headers.
    private mutating func readHeader(
        _ line: ArraySlice<UInt8>, _ request: HTTPRequest, _ isHTTP11: Bool, _ bytes: Int
    ) throws(Failure) -> Event? {
        if line.isEmpty {
            let head = try head(of: request, isHTTP11: isHTTP11)
            phase = head.bodyLength == nil ? .chunkLength(head) : .body(head)
            let expectsLeave = request["expect"]?.lowercased() == "100-continue"
            let isComplete = head.bodyLength.map { buffer.count - start >= $0 } ?? false
            return isComplete ? nil : .bodyFollows(head.request, awaitsPermission: expectsLeave && isHTTP11)
        }
        guard request.headers.count < limits.headerCount else {
            throw Failure(status: 431, reason: "there are more than \(limits.headerCount) headers")
        }
        var request = request
        request.headers.append(try Self.field(line))
        phase = .headers(request, isHTTP11: isHTTP11, bytes: bytes + line.count + 2)
        return nil
    }

    /// A header or trailer, its name in lower case.
    private static func field(_ line: ArraySlice<UInt8>) throws(Failure) -> (name: String, value: String) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
            line[..<colon].allSatisfy(isTokenByte)
        else { throw Failure(status: 400, reason: "a header is not \"name: value\"") }
        let value = trimmed(line[(colon + 1)...])
        guard value.allSatisfy(isTextByte) else {
            throw Failure(status: 400, reason: "a header value has control characters")
        }
        return (String(decoding: line[..<colon], as: UTF8.self).lowercased(), String(decoding: value, as: UTF8.self))
    }

    // MARK: Meaning

    private func head(of request: HTTPRequest, isHTTP11: Bool) throws(Failure) -> Head {
        let hosts = request.headers.filter { $0.name == "host" }
        guard hosts.count == 1 || hosts.isEmpty && !isHTTP11, hosts.allSatisfy({ Self.isHost($0.value) }) else {
            throw Failure(status: 400, reason: "a request needs exactly one Host header, with a host and maybe a port")
        }
        var request = request
        if let targetHost {
            request.headers.removeAll { $0.name == "host" }
            request.headers.append(("host", targetHost))
        }
        let options = request.headers.filter { $0.name == "connection" }.flatMap { Self.list($0.value) }
        return Head(
            request: request, keepAlive: isHTTP11 && !options.contains("close"), isHTTP11: isHTTP11,
            bodyLength: try bodyLength(of: request, isHTTP11: isHTTP11))
    }

    /// - Returns: nil for a chunked body.
    private func bodyLength(of request: HTTPRequest, isHTTP11: Bool) throws(Failure) -> Int? {
        let encodings = request.headers.filter { $0.name == "transfer-encoding" }.map(\.value)
        if let encoding = encodings.first {
            // Sending both smuggles requests past a proxy that reads the other one (RFC 9112, 6.3).
            guard encodings.count == 1, isHTTP11, request["content-length"] == nil else {
                throw Failure(status: 400, reason: "a body has one length: Content-Length or Transfer-Encoding")
            }
            guard encoding.lowercased() == "chunked" else {
                // Without chunks at the end, a body has no length at all (RFC 9112, 6.3).
                let status = Self.list(encoding).last == "chunked" ? 501 : 400
                throw Failure(status: status, reason: "the only Transfer-Encoding is chunked")
            }
            return nil
        }
        let lengths = request.headers.filter { $0.name == "content-length" }.map(\.value)
        guard let text = lengths.first else { return 0 }
        guard lengths.count == 1, !text.isEmpty, text.utf8.count <= 18,
            text.utf8.allSatisfy(Self.isDigit), let length = Int(text)
        else { throw Failure(status: 400, reason: "Content-Length is not one number") }
        guard length <= limits.bodyBytes else { throw tooLong }
        return length
    }

    /// The members of a list in a header, in lower case.
    private static func list(_ value: String) -> [String] {
        value.lowercased().split(separator: ",").map { String(decoding: trimmed(Array($0.utf8)[...]), as: UTF8.self) }
    }

    /// Whether it may be a host with a port or without, by its characters (RFC 3986, section 3.2.2); also if empty.
    private static func isHost(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        let colon = UInt8(ascii: ":")
        var name = bytes.prefix { $0 != colon }
        var port = bytes.dropFirst(name.count)
        if bytes.first == UInt8(ascii: "[") {
            // An address of IPv6 has colons of its own.
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
            name = bytes[1..<end].filter { $0 != colon }[...]
            port = bytes[(end + 1)...]
        }
        guard port.isEmpty || port.first == colon && port.dropFirst().allSatisfy(isDigit) else { return false }
        return name.allSatisfy(isHostByte)
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return bytes[first...last]
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }

    /// Neither a control character nor the end of a line.
    private static func isTextByte(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == 0x09 }

    /// `tchar` of RFC 9110, section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "-._~%!$&'()*+,;=".utf8.contains(byte)
    }
}
