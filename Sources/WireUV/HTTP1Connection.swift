internal import Wire

/// One client's HTTP/1.1 connection: requests one after another.
///
/// Sendable because it is only touched on the loop.
final class HTTP1Connection: @unchecked Sendable {
    private let environment: ServerEnvironment
    private let channel: any ByteChannel
    private var parser: HTTP1RequestParser
    /// A request is being answered; what follows it waits.
    private var isAnswering = false
    private var isClosing = false
    private var isDraining = false
    private var task: Task<Void, Never>?
    /// When the current wait began: for the rest of a request, or for the next one.
    private var waitingSince = ContinuousClock.now
    private var wasInsideRequest = false

    /// How long a connection may be kept without a request.
    private static let keepAliveTime = Duration.seconds(60)

    init(over channel: any ByteChannel, environment: ServerEnvironment) {
        self.environment = environment
        self.channel = channel
        var limits = HTTP1RequestParser.Limits()
        limits.bodyBytes = environment.options.maxHTTPBodyBytes
        limits.headerBytes = environment.options.maxMetadataBytes
        parser = HTTP1RequestParser(limits: limits)
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        guard !isClosing else { return }
        parser.append(bytes)
        advance()
    }

    func disconnected() {
        isClosing = true
        task?.cancel()
    }

    func beginShutdown() {
        isDraining = true
        if !isAnswering { close() }
    }

    func tick(_ now: ContinuousClock.Instant) {
        guard !isAnswering, !isClosing else { return }
        if wasInsideRequest {
            if now - waitingSince > environment.options.headerTimeout {
                refuse(HTTP1RequestParser.Failure(status: 408, reason: "the request arrived too slowly"))
            }
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
                case .continueExpected: write("HTTP/1.1 100 Continue\r\n\r\n")
                case .request(let request, let keepAlive): answer(request, keepAlive: keepAlive)
                }
            } catch {
                refuse(error)
            }
        }
    }

    private func noteWaiting() {
        guard parser.isInsideRequest != wasInsideRequest else { return }
        wasInsideRequest = parser.isInsideRequest
        waitingSince = .now
    }

    private func answer(_ request: HTTPRequest, keepAlive: Bool) {
        isAnswering = true
        channel.pauseReading()
        let isHead = request.method == "HEAD"
        var request = request
        if isHead { request.method = "GET" }
        let (http, asked) = (environment.http, request)
        task = environment.start(promptly: http.isPrompt(asked)) {
            await http.respond(to: asked)
        } completion: { [self] response in
            finish(response, isHead: isHead, keepAlive: keepAlive)
        }
    }

    private func finish(_ response: HTTPResponse, isHead: Bool, keepAlive: Bool) {
        task = nil
        guard !isClosing else { return }
        let staysOpen = keepAlive && !isDraining
        write(response, isHead: isHead, keepAlive: staysOpen)
        isAnswering = false
        guard staysOpen else { return close() }
        wasInsideRequest = false
        waitingSince = .now
        channel.resumeReading()
        advance()
    }

    private func refuse(_ failure: HTTP1RequestParser.Failure) {
        let response = HTTPResponse(status: failure.status, text: failure.reason + "\n")
        write(response, isHead: false, keepAlive: false)
        close()
    }

    private func close() {
        isClosing = true
        channel.closeAfterFlush()
    }

    private func write(_ response: HTTPResponse, isHead: Bool, keepAlive: Bool) {
        let head = """
            HTTP/1.1 \(response.status) \(Self.reason(response.status))\r
            content-type: \(response.contentType)\r
            content-length: \(response.body.count)\r
            connection: \(keepAlive ? "keep-alive" : "close")\r
            \r

            """
        var bytes = Array(head.utf8)
        if !isHead { bytes += response.body }
        bytes.withUnsafeBytes(channel.write)
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
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: "Status \(status)"
        }
    }
}
