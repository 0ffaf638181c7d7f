internal import Wire

/// One client's HTTP/1.1 connection, which handles requests one after another.
///
/// Sendable because it is only used on the loop.
final class HTTP1Connection: @unchecked Sendable {
    private let environment: ServerEnvironment
    private let channel: any ByteChannel
    private let peer: String
    private var parser: HTTP1RequestParser
    /// A request is being answered; later ones wait.
    private var isAnswering = false
    /// The request being answered is answered at once: also to a client that has said that it will send no more.
    private var isPrompt = false
    private var isClosing = false
    private var isDraining = false
    private var task: Task<Void, Never>?
    /// The body being sent, if it is streamed.
    private var streaming: Streaming?
    private let unfinished = UnfinishedRequests.Holder()
    /// When the current wait began, for the rest of a request or for the next one.
    private var waitingSince = ContinuousClock.now
    private var wasInsideRequest = false

    /// A body being streamed.
    private struct Streaming {
        let pieces: MessageChannel
        /// Sent in chunks with their lengths, so that a body that breaks off is not taken for a whole one; otherwise the end
        /// of the connection ends the body.
        let isChunked: Bool
        let keepAlive: Bool
    }

    /// The most bytes of answers that may wait for the kernel before more are made, and of pipelined requests that may
    /// wait for a body's end.
    private static let queueLimit = 64 << 10

    /// How long a connection is kept open without a request.
    private static let keepAliveTime = Duration.seconds(60)

    init(over channel: any ByteChannel, peer: String, environment: ServerEnvironment) {
        self.environment = environment
        self.peer = peer
        self.channel = channel
        var limits = HTTP1RequestParser.Limits()
        limits.bodyBytes = environment.options.maxHTTPBodyBytes
        limits.headerBytes = environment.options.maxMetadataBytes
        parser = HTTP1RequestParser(limits: limits)
        unfinished.shed = { [weak self] in self?.shed() }
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        guard !isClosing else { return }
        parser.append(bytes)
        advance()
        chooseReading()
        environment.unfinished.update(unfinished, to: parser.isInsideRequest && !isClosing ? parser.bodyBytes : 0)
    }

    /// Gives up the request that has not arrived completely.
    private func shed() {
        refuse(HTTPResponse(status: 503, text: "too many requests have not arrived completely\n"))
    }

    func flushed() {
        pump()
        if !isAnswering { proceed() }
    }

    func disconnected() {
        readNoMore()
        task?.cancel()
        streaming?.pieces.abort(RPCError(.cancelled, "The client has gone."))
        streaming = nil
    }

    func beginShutdown() {
        isDraining = true
        // What has begun to arrive is answered.
        if !isAnswering, !parser.isInsideRequest { close() }
    }

    func tick(_ now: ContinuousClock.Instant) {
        guard !isAnswering, !isClosing else { return }
        if wasInsideRequest {
            let pace = BodyPace(grace: environment.options.headerTimeout, began: waitingSince)
            if pace.isTooSlow(received: parser.bodyBytes, at: now) { refuse(.tooSlow) }
        } else if channel.queuedBytes > 0 {
            // The answer is still being taken.
            waitingSince = now
        } else if now - waitingSince > min(Self.keepAliveTime, environment.options.idleTimeout ?? Self.keepAliveTime) {
            close()
        }
    }

    private func advance() {
        while !isAnswering, !isClosing {
            do {
                switch try parser.next() {
                case .needsMore:
                    noteWaiting()
                    return
                case .bodyFollows(let request, let awaitsPermission):
                    let head = request.from(peer, certificate: channel.certificate)
                    if let refusal = environment.http.refusal(of: head) { return refuse(refusal) }
                    if awaitsPermission { write("HTTP/1.1 100 Continue\r\n\r\n") }
                case .request(let request, let keepAlive, let isHTTP11):
                    answer(request, keepAlive: keepAlive, isHTTP11: isHTTP11)
                }
            } catch {
                refuse(HTTPResponse(status: error.status, text: error.reason + "\n"))
            }
        }
    }

    private func noteWaiting() {
        guard parser.isInsideRequest != wasInsideRequest else { return }
        wasInsideRequest = parser.isInsideRequest
        waitingSince = .now
    }

    private func answer(_ request: HTTPRequest, keepAlive: Bool, isHTTP11: Bool) {
        isAnswering = true
        let isHead = request.method == "HEAD"
        let (http, asked) = (environment.http, request.from(peer, certificate: channel.certificate))
        isPrompt = http.isPrompt(asked)
        task = environment.start(promptly: isPrompt) {
            await http.respond(to: asked)
        } completion: { [self] response in
            finish(response, isHead: isHead, keepAlive: keepAlive, isHTTP11: isHTTP11)
        }
    }

    private func finish(_ response: HTTPResponse, isHead: Bool, keepAlive: Bool, isHTTP11: Bool) {
        task = nil
        guard !isClosing else { return }
        guard case .stream(let produce) = response.body, !isHead else {
            write(response, isHead: isHead, keepAlive: keepAlive && !isDraining)
            return finish(keepAlive: keepAlive && !isDraining)
        }
        stream(response, produce, keepAlive: keepAlive, isChunked: isHTTP11)
    }

    /// Continues with the next request, or closes.
    private func finish(keepAlive: Bool) {
        isAnswering = false
        guard keepAlive else { return close() }
        wasInsideRequest = false
        waitingSince = .now
        proceed()
    }

    /// Goes on with further requests, unless answers to earlier ones wait: a client that asks without reading would have
    /// the server keep them all.
    private func proceed() {
        guard !isClosing else { return }
        if channel.queuedBytes < Self.queueLimit { advance() }
        chooseReading()
    }

    /// Reads on while a request is missing something. While one is answered, reading only serves to notice the client
    /// leaving, and what it has asked meanwhile waits.
    private func chooseReading() {
        guard !isClosing else { return }
        let isReading =
            isAnswering
            ? !isPrompt && parser.pendingBytes <= Self.queueLimit : channel.queuedBytes < Self.queueLimit
        isReading ? channel.resumeReading() : channel.pauseReading()
    }

    // MARK: Streamed bodies

    private func stream(
        _ response: HTTPResponse, _ produce: @escaping @Sendable (HTTPBodyWriter) async throws -> Void, keepAlive: Bool,
        isChunked: Bool
    ) {
        write(head(of: response, isChunked ? "transfer-encoding: chunked" : nil, keepAlive: keepAlive && !isDraining))
        let loop = environment.loop
        let pieces = MessageChannel { [self] in loop.execute { [self] in pump() } }
        streaming = Streaming(pieces: pieces, isChunked: isChunked, keepAlive: keepAlive)
        task = environment.start(promptly: false) {
            await HTTPBodyWriter(pieces: pieces).write(produce)
        } completion: { [self] in
            task = nil
        }
        isPrompt = false
        chooseReading()
        pump()
    }

    /// Sends what is available of a body, as long as the other side takes it.
    private func pump() {
        while let streaming, !isClosing, channel.queuedBytes < Self.queueLimit {
            switch streaming.pieces.poll() {
            case .message(let piece): write(piece.bytes, isChunked: streaming.isChunked)
            case .empty: return
            case .finished:
                if streaming.isChunked { write("0\r\n\r\n") }
                self.streaming = nil
                finish(keepAlive: streaming.keepAlive && !isDraining)
            case .failed:
                // The head has been sent: all we can do is signal that the body is incomplete.
                self.streaming = nil
                isClosing = true
                channel.close()
            }
        }
    }

    private func write(_ piece: [UInt8], isChunked: Bool) {
        guard isChunked else { return piece.withUnsafeBytes(channel.write) }
        let chunk = Array((String(piece.count, radix: 16) + "\r\n").utf8) + piece + Array("\r\n".utf8)
        chunk.withUnsafeBytes(channel.write)
    }

    // MARK: Answers

    private func refuse(_ response: HTTPResponse) {
        write(response, isHead: false, keepAlive: false)
        close()
    }

    private func close() {
        readNoMore()
        channel.closeAfterFlush()
    }

    private func readNoMore() {
        isClosing = true
        parser.discard()
        environment.unfinished.update(unfinished, to: 0)
    }

    private func write(_ response: HTTPResponse, isHead: Bool, keepAlive: Bool) {
        guard case .bytes(let body) = response.body else {
            return write(head(of: response, nil, keepAlive: keepAlive))
        }
        // In one write: a single system call for a small answer.
        let head = head(of: response, "content-length: \(body.count)", keepAlive: keepAlive)
        (Array(head.utf8) + (isHead ? [] : body)).withUnsafeBytes(channel.write)
    }

    /// - Parameter length: The header that says where the body ends.
    private func head(of response: HTTPResponse, _ length: String?, keepAlive: Bool) -> String {
        let lines = [
            "HTTP/1.1 \(response.status) \(Self.reason(response.status))",
            response.contentType.isEmpty ? nil : "content-type: \(response.contentType)", length,
            "connection: \(keepAlive ? "keep-alive" : "close")", "date: \(environment.date.now())",
        ]
        let further = response.sendableHeaders.map { "\($0.name): \($0.value)" }
        return (lines.compactMap(\.self) + further).joined(separator: "\r\n") + "\r\n\r\n"
    }

    private func write(_ text: String) {
        Array(text.utf8).withUnsafeBytes(channel.write)
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 204: "No Content"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: "Status \(status)"
        }
    }
}
