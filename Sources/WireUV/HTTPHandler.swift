internal import Wire

/// A plain HTTP request, made with HTTP/1.1 or HTTP/2 on the port that serves gRPC.
public struct HTTPRequest: Sendable, Equatable {
    /// The method, such as `GET`.
    ///
    /// A `HEAD` request is passed on as `GET`, and the body is omitted from the answer.
    public var method: String
    /// The path with its query, as sent.
    public var target: String
    /// In order of arrival, names in lower case.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    /// The client's address, such as `127.0.0.1:4711`.
    public var peer = ""
    /// The SHA-256 of the certificate that the client proved to have, if it gave one.
    public var certificate: [UInt8]?

    public init(method: String, target: String, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }

    /// As a handler sees it: with what is known of the client, and HEAD as GET.
    func from(_ peer: String, certificate: [UInt8]?) -> HTTPRequest {
        var request = self
        if method == "HEAD" { request.method = "GET" }
        request.peer = peer
        request.certificate = certificate
        return request
    }

    /// The target without its query.
    public var path: String { String(target[..<queryMark]) }

    /// The target after its `?`; empty if there is none.
    public var query: Substring { target[queryMark...].dropFirst() }

    /// Where the `?` is, or the end.
    private var queryMark: String.Index {
        // Bytes, not characters: each request asks several times.
        target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
    }

    /// The first value under a name in lower case.
    public subscript(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    public static func == (a: HTTPRequest, b: HTTPRequest) -> Bool {
        a.method == b.method && a.target == b.target && a.body == b.body
            && a.headers.elementsEqual(b.headers) { $0 == $1 }
    }
}

/// The answer to a plain HTTP request.
public struct HTTPResponse: Sendable {
    public enum Body: Sendable {
        case bytes([UInt8])
        /// Streamed. An error thrown here ends the connection in the middle of the body, which clients notice; if the
        /// client leaves, the task is cancelled.
        case stream(@Sendable (HTTPBodyWriter) async throws -> Void)
    }

    public var status: Int
    public var contentType: String
    /// In addition to those that the transport writes; names in lower case.
    public var headers: [(name: String, value: String)] = []
    public var body: Body

    public init(status: Int, contentType: String = "text/plain; charset=utf-8", body: [UInt8]) {
        self.init(status: status, contentType: contentType, body: .bytes(body))
    }

    public init(status: Int, contentType: String = "text/plain; charset=utf-8", text: String) {
        self.init(status: status, contentType: contentType, body: Array(text.utf8))
    }

    public init(status: Int, contentType: String, body: Body) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// The headers that can be sent; others are dropped rather than break the connection.
    var sendableHeaders: [Metadata.Entry] {
        var all = Metadata()
        for (name, value) in headers { all.add(name, value) }
        return all.filter(HeaderBlock.isSendable)
    }

    public static var notFound: HTTPResponse { HTTPResponse(status: 404, text: "There is nothing here.\n") }
}

/// Takes a body piece by piece.
public struct HTTPBodyWriter: Sendable {
    let pieces: MessageChannel

    /// Sends a piece, once most of the earlier ones have been sent.
    ///
    /// - Throws: An error if the client has left or the task was cancelled.
    public func write(_ bytes: [UInt8]) async throws {
        // An empty chunk would end the body.
        if !bytes.isEmpty { try await pieces.send(bytes) }
    }

    /// Takes a whole body, and its end or the error that cut it short.
    func write(_ produce: (HTTPBodyWriter) async throws -> Void) async {
        do {
            try await produce(self)
            pieces.finish()
        } catch {
            pieces.finish(throwing: RPCError(.aborted, "\(error)"))
        }
    }
}

/// Answers plain HTTP requests.
public protocol HTTPHandler: Sendable {
    func respond(to request: HTTPRequest) async -> HTTPResponse

    /// The answer to a request whatever its body is, if the head says enough; then no body is waited for. Called on the
    /// event loop, so it must neither compute nor block.
    func refusal(of head: HTTPRequest) -> HTTPResponse?

    /// Whether the answer must come at once, regardless of other handlers; see `CallHandler.isPrompt(_:)`.
    func isPrompt(_ request: HTTPRequest) -> Bool
}

extension HTTPHandler {
    public func isPrompt(_ request: HTTPRequest) -> Bool { false }
    public func refusal(of head: HTTPRequest) -> HTTPResponse? { nil }
}

/// Answers every request with 404.
public struct NoHTTP: HTTPHandler {
    public init() {}
    public func respond(to request: HTTPRequest) async -> HTTPResponse { .notFound }
}
