internal import Wire

/// Fetches one small page from a server over HTTP/1.1, for what the command line asks besides gRPC.
public enum HTTPPage {
    /// The body of the answer to a GET.
    ///
    /// Throws UNAVAILABLE if connecting exceeds the connect timeout or the whole request twice that, and UNKNOWN if the
    /// answer is not a page with status 200.
    public static func get(
        _ path: String, _ options: ClientOptions = ClientOptions(), loop: EventLoop = .shared
    ) async throws -> [UInt8] {
        let answer: [UInt8] = try await withCheckedThrowingContinuation { continuation in
            loop.execute { PageRequest(path, options, on: loop) { continuation.resume(with: $0) }.start() }
        }
        return try body(of: answer, options)
    }

    /// The server was asked to close the connection after its answer, so the body is everything after the headers.
    private static func body(of answer: [UInt8], _ options: ClientOptions) throws -> [UInt8] {
        let end = Array("\r\n\r\n".utf8)
        guard answer.starts(with: "HTTP/1.1 200 ".utf8),
            let start = answer.indices.first(where: { answer[$0...].starts(with: end) })
        else {
            throw RPCError(.unknown, "\(options.target) does not answer like `attnrl serve`.")
        }
        return Array(answer[(start + end.count)...])
    }
}

/// One page request, from connecting to the last byte.
///
/// Keeps itself alive until then. Loop thread only.
private final class PageRequest: ByteChannelDelegate {
    private let path: String
    private let options: ClientOptions
    private let loop: EventLoop
    private var completion: ((Result<[UInt8], any Error>) -> Void)?
    private var connector: Connector?
    private var channel: (any ByteChannel)?
    private var timer: LoopTimer?
    private var answer: [UInt8] = []

    init(
        _ path: String, _ options: ClientOptions, on loop: EventLoop,
        _ completion: @escaping (Result<[UInt8], any Error>) -> Void
    ) {
        self.path = path
        self.options = options
        self.loop = loop
        self.completion = completion
    }

    func start() {
        timer = LoopTimer(on: loop, after: options.connectTimeout * 2) { [self] in
            finish(.failure(RPCError(.unavailable, "\(options.target) does not answer.")))
        }
        let connector = Connector(options, on: loop) { [self] result in
            switch result {
            case .success(let socket): ask(socket)
            case .failure(let error): finish(.failure(error))
            }
        }
        self.connector = connector
        connector.start()
    }

    private func ask(_ socket: TCPSocket) {
        let secure: TLSChannel?
        do throws(RPCError) {
            secure = try socket.secured(options, http2: false, on: loop)
        } catch {
            socket.close()
            return finish(.failure(error))
        }
        let channel: any ByteChannel = secure ?? socket
        self.channel = channel
        channel.delegate = self
        if let secure { secure.start() } else { socket.resumeReading() }
        var lines = ["GET \(path) HTTP/1.1", "Host: \(options.target)", "Connection: close"]
        lines += options.metadata.filter(HeaderBlock.isSendable).map { "\($0.name): \($0.value)" }
        Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8).withUnsafeBytes { channel.write($0) }
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        answer += bytes
        guard answer.count <= options.maxMessageBytes else {
            return finish(.failure(RPCError(.resourceExhausted, "\(options.target) sends more than a page.")))
        }
    }

    func flushed() {}

    func disconnected(_ reason: String) {
        guard answer.isEmpty, options.tls != nil else { return finish(.success(answer)) }
        finish(.failure(RPCError.connectionLost(options.target, reason)))
    }

    private func finish(_ result: Result<[UInt8], any Error>) {
        timer?.cancel()
        timer = nil
        connector = nil
        channel?.close()
        channel = nil
        exchange(&completion, with: nil)?(result)
    }
}
