internal import CNGHTTP2
internal import Logging
internal import Wire

/// One client's HTTP/2 connection, which turns streams into calls.
///
/// Sendable because it is only used on the loop.
final class HTTP2ServerConnection: @unchecked Sendable {
    let environment: ServerEnvironment
    let peer: String
    let channel: any ByteChannel
    var session: HTTP2Session!
    private(set) var calls: [Int32: ServerCall] = [:]
    /// Calls whose output must be checked before the next write.
    private var dirty: [ServerCall] = []
    private var flood: FloodGuard
    let unfinished = UnfinishedRequests.Holder()
    private var liveness: LivenessState
    /// The number of running handlers, including those of closed streams.
    var handlerCount = 0
    /// The socket is closed or closing; bytes still being processed must not start anything.
    private var isOver = false
    /// The client was told that the connection ends.
    private var isTerminated = false
    /// Refuses further calls once those on their way have come.
    private var refusal: LoopTimer?

    /// How long calls may be on their way that were made before their client knew that the connection ends.
    private static let onTheWay = Duration.milliseconds(500)

    init(over channel: any ByteChannel, peer: String, environment: ServerEnvironment) {
        let options = environment.options
        self.environment = environment
        self.peer = peer
        self.channel = channel
        flood = FloodGuard(maxConcurrentStreams: options.maxConcurrentStreams)
        liveness = LivenessState(
            limits: LivenessState.Limits(
                handshake: options.handshakeTimeout, header: options.headerTimeout, idle: options.idleTimeout,
                keepaliveInterval: options.keepaliveInterval, keepaliveTimeout: options.keepaliveTimeout),
            now: .now)
        var settings = HTTP2Session.Settings()
        settings.maxConcurrentStreams = options.maxConcurrentStreams
        settings.maxHeaderListBytes = options.maxMetadataBytes
        session = HTTP2Session(.server, settings: settings, over: channel, on: environment.loop, delegate: self)
        unfinished.shed = { [weak self] in self?.shed() }
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        do {
            try session.receive(bytes)
        } catch {
            close((error as? HTTP2Failure)?.isFlood == true ? .calmDown : .protocolError, reason: "\(error)")
        }
    }

    func flushed() { session.scheduleFlush() }

    /// The socket has closed.
    func disconnected() {
        isOver = true
        refusal?.cancel()
        environment.unfinished.update(unfinished, to: 0)
        for call in exchange(&calls, with: [:]).values { abandon(call) }
    }

    /// Takes the calls that are on their way, and closes after the last.
    ///
    /// Source: RFC 9113, section 6.8.
    func beginShutdown() {
        guard !isOver, !isTerminated, refusal == nil else { return }
        session.announceDrain()
        refusal = LoopTimer(on: environment.loop, after: Self.onTheWay) { [weak self] in
            guard let self, !isOver, !isTerminated else { return }
            session.drain()
        }
    }

    func tick(_ now: ContinuousClock.Instant) {
        checkRequests(at: now)
        checkReading(at: now)
        liveness.callCountChanged(to: calls.count, at: now)
        switch liveness.tick(at: now) {
        case .nothing: break
        case .ping: session.ping()
        case .drain: session.drain()
        case .close(let reason): close(.noError, reason: reason)
        }
    }

    private enum CloseCode { case noError, protocolError, calmDown }

    private func close(_ code: CloseCode, reason: String) {
        guard !isTerminated else { return }
        isTerminated = true
        environment.debug("closing HTTP/2 connection", ["peer": peer, "reason": reason])
        switch code {
        case .noError: session.terminate(NGHTTP2_NO_ERROR)
        case .protocolError: session.terminate(NGHTTP2_PROTOCOL_ERROR)
        case .calmDown: session.terminate(NGHTTP2_ENHANCE_YOUR_CALM)
        }
    }

    // MARK: Calls

    private func makeCall(_ stream: Int32) -> ServerCall {
        // The closures hold the connection, which holds the call until its stream closes.
        let loop = environment.loop
        let requests = MessageChannel(
            budget: environment.inflation, onTaken: { [self] in loop.execute { self.requestsTaken(stream) } })
        let responses = MessageChannel(onReadable: { [self] in loop.execute { self.outputChanged(stream) } })
        return ServerCall(
            stream: stream, requests: requests, responses: responses,
            maxMessageBytes: environment.options.maxMessageBytes)
    }

    private func start(_ call: ServerCall) {
        call.hasHead = true
        liveness.headersEnded()
        let limit = environment.options.maxMetadataBytes
        switch call.head.verdict(limit: limit, serves: environment.handler.serves) {
        case .call(let method, let timeout, let encoding):
            call.incoming.encoding = encoding
            run(call, method, timeout)
        case .refused(let error): refuse(call, error)
        case .http(let request): begin(call, request)
        case .tooManyHeaders:
            call.plain = ServerCall.PlainExchange(request: HTTPRequest(method: "", target: ""), isHead: false)
            answer(call, HTTPResponse(status: 431, text: "there are more headers than \(limit) bytes\n"))
        }
    }

    func refuse(_ call: ServerCall, _ error: RPCError) {
        call.abort(error)
        markDirty(call)
    }

    private func run(_ call: ServerCall, _ method: MethodName, _ timeout: Duration?) {
        guard handlerCount < 2 * environment.options.maxConcurrentStreams else {
            refuse(call, .tooManyHandlers)
            return
        }
        if let timeout { setDeadline(of: call, after: timeout) }
        let context = CallContext(
            method: method, metadata: call.head.metadata, deadline: timeout.map { .now + $0 }, peer: peer,
            relay: environment.loop, certificate: channel.certificate)
        let (handler, requests, responses) = (environment.handler, call.incoming.channel, call.outgoing.channel)
        handlerCount += 1
        call.task = environment.start(promptly: handler.isPrompt(method)) {
            await handler.outcome(of: context, requests: requests, responses: responses)
        } completion: { [self] outcome in
            handlerCount -= 1
            handlerEnded(call, outcome)
        }
    }

    private func setDeadline(of call: ServerCall, after timeout: Duration) {
        // Cancelled, and so released, when the stream closes at the latest.
        let loop = environment.loop
        call.deadline = LoopTimer(on: loop, after: timeout) { [self] in
            // Any number of calls may share a deadline: a turn ends as many as it has time for.
            loop.post(
                .closure { [self] in
                    call.abort(.deadlinePassed)
                    markDirty(call)
                })
        }
    }

    private func handlerEnded(_ call: ServerCall, _ outcome: Result<Metadata, RPCError>) {
        guard call.state.end(with: outcome) else { return }
        call.task = nil
        call.outgoing.channel.finish()
        // Nobody will read the requests that the handler left unread.
        if calls[call.stream] === call { session.consume(call.stream, call.incoming.takeAllCredit()) }
        markDirty(call)
    }

    private func requestsTaken(_ stream: Int32) {
        guard let call = calls[stream] else { return }
        session.consume(stream, call.incoming.takeCredit())
    }

    private func outputChanged(_ stream: Int32) {
        if let call = calls[stream] { markDirty(call) }
    }

    func markDirty(_ call: ServerCall) {
        guard !call.isDirty else { return }
        call.isDirty = true
        dirty.append(call)
        session.scheduleFlush()
    }

    /// The stream was closed, although the call may still be running.
    private func abandon(_ call: ServerCall) {
        _ = call.state.end(with: .failure(.callCancelled))
        call.stop(.callCancelled)
    }
}

extension HTTP2ServerConnection: HTTP2SessionDelegate {
    func headersBegan(stream: Int32) {
        guard calls[stream] == nil, !isOver else { return }
        liveness.headersBegan(at: .now)
        calls[stream] = makeCall(stream)
        // Calls may be shorter than the interval between two clock checks.
        liveness.callCountChanged(to: calls.count, at: .now)
    }

    /// The multiple of the headers' limit up to which they are still read, so that their client can be told.
    private static let headerExcess = 16

    func header(stream: Int32, name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let call = calls[stream] else { return true }
        let limit = environment.options.maxMetadataBytes
        if call.hasHead {
            call.head.skip(name.count + value.count)
        } else {
            call.head.add(name: name, value: value, limit: limit)
        }
        // A byte of HPACK can stand for thousands, each of which nghttp2 looks at.
        return call.head.bytes <= Self.headerExcess * limit
    }

    func headersEnded(stream: Int32) {
        guard let call = calls[stream], !call.hasHead else { return }
        start(call)
    }

    func data(stream: Int32, _ bytes: UnsafeRawBufferPointer) {
        guard let call = calls[stream], call.state.outcome == nil else {
            session.consume(stream, bytes.count)
            return
        }
        if call.plain != nil { return plainData(call, bytes) }
        do {
            try call.incoming.receive(bytes)
            session.consume(stream, call.incoming.takeCredit())
            note(call, call.incoming.partialBytes)
        } catch {
            refuse(call, error)
            session.consume(stream, call.incoming.takeAllCredit())
        }
    }

    func inputEnded(stream: Int32) {
        guard let call = calls[stream], !call.inputEnded else { return }
        call.inputEnded = true
        note(call, 0)
        if call.plain == nil { call.incoming.end() } else { run(plain: call) }
    }

    func outputEnded(stream: Int32) {
        // The answer is complete; whatever the client still sends is not needed.
        if let call = calls[stream], !call.inputEnded { session.reset(stream, NGHTTP2_NO_ERROR) }
    }

    func closed(stream: Int32, code: UInt32) {
        guard let call = calls.removeValue(forKey: stream) else { return }
        // Malformed headers never ended.
        if !call.hasHead { liveness.headersEnded() }
        note(call, 0)
        countUnanswered(call)
        session.consume(stream, call.incoming.takeAllCredit())
        abandon(call)
    }

    func output(stream: Int32, into buffer: UnsafeMutableRawBufferPointer) -> HTTP2Output {
        guard let call = calls[stream] else { return .fail }
        let (count, readiness) = call.outgoing.fill(buffer)
        call.sentBytes += count
        switch readiness {
        case .hasBytes: return .bytes(count)
        case .empty: return count > 0 ? .bytes(count) : .later
        case .ended(let error):
            let action = call.state.flush(readiness, isCutShort: call.outgoing.isCutShort)
            if call.plain == nil {
                submit(action, for: call)
                return .beforeTrailers(count)
            }
            // All that can be signalled about a body that broke off is that it is incomplete.
            return error == nil ? .last(count) : .fail
        }
    }

    func submitPending() {
        while let call = dirty.popLast() {
            call.isDirty = false
            guard calls[call.stream] === call else { continue }
            let readiness = call.outgoing.prepare()
            submit(call.state.flush(readiness, isCutShort: call.outgoing.isCutShort), for: call)
        }
    }

    func submit(_ action: ServerCallState.Action, for call: ServerCall) {
        switch action {
        case .nothing: break
        case .startResponse:
            let head = call.plain?.response.map(plainHead(of:)) ?? StatusHeaders.response(call.outgoing.channel.head)
            session.submitResponse(call.stream, head, hasBody: true)
        case .resume: session.resume(call.stream)
        case .reset: session.reset(call.stream, NGHTTP2_CANCEL)
        case .sendTrailers where call.plain != nil: session.resume(call.stream)
        case .sendTrailers:
            if let outcome = call.state.outcome { session.submitTrailers(call.stream, StatusHeaders.trailers(outcome)) }
        case .sendTrailersOnly where call.plain != nil:
            guard let response = call.plain?.response else { return session.reset(call.stream, NGHTTP2_INTERNAL_ERROR) }
            session.submitResponse(call.stream, plainHead(of: response), hasBody: false)
        case .sendTrailersOnly:
            guard let outcome = call.state.outcome else { return }
            let block = StatusHeaders.trailersOnly(outcome, call.outgoing.channel.head)
            session.submitResponse(call.stream, block, hasBody: false)
        }
    }

    private func plainHead(of response: HTTPResponse) -> HeaderBlock {
        StatusHeaders.plain(response, date: environment.date.now())
    }

    func frameReceived(_ kind: HTTP2FrameKind, stream: Int32) {
        let now = ContinuousClock.now
        let isUnasked = kind == .pingAnswer && !liveness.awaitsPingAnswer
        if !isUnasked { liveness.frameReceived(at: now) }
        let isAllowed =
            switch kind {
            case .pingAnswer where isUnasked: flood.allowsControlFrame(at: now)
            case .headers, .data, .goAway, .pingAnswer: true
            case .emptyData, .settings, .ping, .other: flood.allowsControlFrame(at: now)
            // Of a stream that is open it is counted when that closes.
            case .reset: calls[stream] != nil || flood.allowsReset(wasAnswered: false, at: now)
            }
        if !isAllowed { close(.calmDown, reason: "too many \(kind) frames") }
    }

    /// The stream's reset is sent after all that has been read, thousands of such frames perhaps, so it counts now.
    func frameRefused(stream: Int32) {
        if let call = calls[stream] { countUnanswered(call) }
    }

    /// A client that makes the server reset its streams costs as much as one that resets them.
    private func countUnanswered(_ call: ServerCall) {
        guard !call.isCounted else { return }
        call.isCounted = true
        if !flood.allowsReset(wasAnswered: call.state.isAnswered, at: .now) {
            close(.calmDown, reason: "too many streams ended without an answer")
        }
    }

    func payloadSent() { flood.payloadSent() }

    func ended() { disconnected() }
}

extension RPCError {
    fileprivate static var tooManyHandlers: RPCError {
        RPCError(
            .resourceExhausted, reason: "TOO_MANY_CALLS",
            "Too many calls cancelled on this connection are still being wound up. Try again later.",
            details: [.retryInfo(delay: .seconds(1))])
    }
}
