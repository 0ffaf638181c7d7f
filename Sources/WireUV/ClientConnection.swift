internal import CNGHTTP2
internal import Wire

/// One HTTP/2 connection of a client.
///
/// Sendable because it is only used on the loop.
final class ClientConnection: @unchecked Sendable {
    private let options: ClientOptions
    private let loop: EventLoop
    private let channel: any ByteChannel
    private var session: HTTP2Session!
    private var streams: [Int32: ClientStream] = [:]
    private var dirty: [ClientStream] = []
    private var liveness: LivenessState
    private var ticker: LoopTimer?
    /// The server has spoken HTTP/2.
    private var hasFrames = false
    /// Called once, when no more calls should be started here.
    var onUnusable: (() -> Void)?

    private static let tickInterval = Duration.seconds(1)

    init(over channel: any ByteChannel, options: ClientOptions, loop: EventLoop) {
        self.channel = channel
        self.options = options
        self.loop = loop
        liveness = LivenessState(
            limits: LivenessState.Limits(
                handshake: options.connectTimeout, header: options.keepaliveInterval, idle: nil,
                keepaliveInterval: options.keepaliveInterval, keepaliveTimeout: options.keepaliveTimeout),
            now: .now)
        var settings = HTTP2Session.Settings()
        settings.maxHeaderListBytes = options.maxMetadataBytes
        session = HTTP2Session(.client, settings: settings, over: channel, on: loop, delegate: self)
        // Cancelled, and so released, when the connection fails or closes.
        ticker = LoopTimer(on: loop, after: Self.tickInterval, every: Self.tickInterval) { [self] in tick() }
    }

    // MARK: Calls

    /// Starts a call; its first bytes are sent at the end of this turn.
    func open(_ method: MethodName, metadata: Metadata, deadline: ContinuousClock.Instant?) throws -> ClientStream {
        let id = try session.submitRequest(requestHeaders(method, metadata, deadline))
        // The closures hold the connection, which holds the stream until it closes.
        let requests = MessageChannel(onReadable: { [self] in loop.execute { self.outputChanged(id) } })
        let responses = MessageChannel(onTaken: { [self] in loop.execute { self.responsesTaken(id) } })
        let stream = ClientStream(
            id: id, requests: requests, responses: responses, maxMessageBytes: options.maxMessageBytes,
            endsAt: deadline)
        streams[id] = stream
        if let deadline {
            // Cancelled, and so released, when the call ends.
            stream.deadline = LoopTimer(on: loop, after: deadline - .now) { [self] in end(id, .deadlinePassed) }
        }
        return stream
    }

    private func requestHeaders(
        _ method: MethodName, _ metadata: Metadata, _ deadline: ContinuousClock.Instant?
    ) -> HeaderBlock {
        var block = HeaderBlock([
            ":method": "POST", ":scheme": options.tls == nil ? "http" : "https", ":path": method.path,
            ":authority": options.target,
            "te": "trailers", "content-type": "application/grpc", "user-agent": options.userAgent,
        ])
        if let deadline { block.add("grpc-timeout", CallTimeout.format(deadline - .now)) }
        block.add(options.metadata)
        block.add(metadata)
        return block
    }

    /// Cancels a call from our side.
    func end(_ id: Int32, _ error: RPCError) {
        guard let stream = streams[id], stream.state.end(.failure(error)) else { return }
        stream.abort(error)
        session.reset(id, NGHTTP2_CANCEL)
    }

    /// Ends every call and the connection.
    func close(_ error: RPCError) {
        fail(error)
        session.terminate(NGHTTP2_NO_ERROR)
    }

    private func fail(_ error: RPCError) {
        ticker?.cancel()
        ticker = nil
        for stream in streams.values where stream.state.end(.failure(error)) { stream.abort(error) }
        streams = [:]
        becomeUnusable()
    }

    private func becomeUnusable() {
        exchange(&onUnusable, with: nil)?()
    }

    private func responsesTaken(_ id: Int32) {
        guard let stream = streams[id] else { return }
        session.consume(id, stream.incoming.takeCredit())
    }

    private func outputChanged(_ id: Int32) {
        guard let stream = streams[id], !stream.isDirty else { return }
        stream.isDirty = true
        dirty.append(stream)
        session.scheduleFlush()
    }

    private func tick() {
        let now = ContinuousClock.now
        // An idle connection is left alone, and checked when it is used again.
        guard hasFrames == false || !streams.isEmpty else { return liveness.frameReceived(at: now) }
        switch liveness.tick(at: now) {
        case .nothing, .drain: break
        case .ping: session.ping()
        case .close: close(.connectionLost(options.target, "it does not answer"))
        }
    }
}

extension ClientConnection: ByteChannelDelegate {
    func received(_ bytes: UnsafeRawBufferPointer) {
        do {
            try session.receive(bytes)
        } catch {
            fail(whyEnded("\(error)"))
            channel.close()
        }
    }

    func flushed() { session.scheduleFlush() }

    func disconnected(_ reason: String) {
        fail(.connectionLost(options.target, reason))
    }
}

extension ClientConnection: HTTP2SessionDelegate {
    func headersBegan(stream: Int32) {
        if let stream = streams[stream] { stream.state.head = ResponseHead() }
    }

    func header(stream: Int32, name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) -> Bool {
        streams[stream]?.state.head.add(name: name, value: value, limit: options.maxMetadataBytes)
        return true
    }

    func headersEnded(stream id: Int32) {
        guard let stream = streams[id], let problem = stream.state.headersEnded() else { return }
        end(id, problem)
    }

    func data(stream id: Int32, _ bytes: UnsafeRawBufferPointer) {
        guard let stream = streams[id], stream.state.outcome == nil else {
            session.consume(id, bytes.count)
            return
        }
        do {
            try stream.incoming.receive(bytes)
            session.consume(id, stream.incoming.takeCredit())
        } catch {
            end(id, error)
            session.consume(id, stream.incoming.takeAllCredit())
        }
    }

    func inputEnded(stream id: Int32) {
        guard let stream = streams[id], stream.state.outcome == nil else { return }
        stream.finish(stream.state.inputEnded())
        // The server is done, so nothing we might still send will be read.
        if !stream.state.outputEnded { session.reset(id, NGHTTP2_NO_ERROR) }
    }

    func outputEnded(stream: Int32) {
        streams[stream]?.state.outputEnded = true
    }

    func closed(stream id: Int32, code: UInt32) {
        guard let stream = streams.removeValue(forKey: id) else { return }
        session.consume(id, stream.incoming.takeAllCredit())
        // If its deadline passes in the middle of a message, a server can only reset the stream.
        let isDeadline = code == NGHTTP2_CANCEL.rawValue && stream.isPastDeadline
        let error = isDeadline ? RPCError.deadlinePassed : .streamReset(code: code)
        if stream.state.end(.failure(error)) { stream.abort(error) }
    }

    func output(stream id: Int32, into buffer: UnsafeMutableRawBufferPointer) -> HTTP2Output {
        guard let stream = streams[id] else { return .fail }
        let (count, readiness) = stream.outgoing.fill(buffer)
        switch readiness {
        case .hasBytes: return .bytes(count)
        case .empty: return count > 0 ? .bytes(count) : .later
        case .ended(nil): return .last(count)
        // The call was cancelled; its reset is on the way.
        case .ended: return .later
        }
    }

    func submitPending() {
        while let stream = dirty.popLast() {
            stream.isDirty = false
            if streams[stream.id] === stream { session.resume(stream.id) }
        }
    }

    func frameReceived(_ kind: HTTP2FrameKind, stream: Int32) {
        hasFrames = true
        liveness.frameReceived(at: .now)
        if kind == .goAway { becomeUnusable() }
    }

    func frameRefused(stream: Int32) {}

    func payloadSent() {}

    func ended() { fail(whyEnded("the server closed it")) }

    private func whyEnded(_ reason: String) -> RPCError {
        hasFrames ? .connectionLost(options.target, reason) : .notHTTP2(options.target)
    }
}

extension RPCError {
    private static let lost = "CONNECTION_LOST"

    /// Whether there was a connection, so that somebody listens there, or did.
    package var isLossOfConnection: Bool { reason == Self.lost }

    static func connectionLost(_ target: String, _ reason: String) -> RPCError {
        RPCError(
            .unavailable, reason: lost, "The connection to \(target) was lost: \(reason).",
            values: ["target": target, "cause": reason])
    }

    fileprivate static func notHTTP2(_ target: String) -> RPCError {
        RPCError(
            .unavailable, reason: "NOT_A_GRPC_SERVER",
            "What listens on \(target) does not speak HTTP/2. Is this the port of `attnrl serve`?",
            values: ["target": target])
    }

    /// Maps the error codes of reset streams as gRPC's document "gRPC over HTTP2" does.
    fileprivate static func streamReset(code: UInt32) -> RPCError {
        let name = String(cString: nghttp2_http2_strerror(code))
        let mapped: Code =
            switch nghttp2_error_code(code) {
            case NGHTTP2_REFUSED_STREAM: .unavailable
            case NGHTTP2_CANCEL: .cancelled
            case NGHTTP2_ENHANCE_YOUR_CALM: .resourceExhausted
            case NGHTTP2_INADEQUATE_SECURITY: .permissionDenied
            default: .internal
            }
        return RPCError(
            mapped, reason: "STREAM_RESET", "The server ended the call with \(name) and no status.",
            values: ["http2_error": name])
    }
}
