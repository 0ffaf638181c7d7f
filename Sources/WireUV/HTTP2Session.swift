internal import CNGHTTP2

/// Why an HTTP/2 connection cannot go on.
struct HTTP2Failure: Error, CustomStringConvertible {
    let status: CInt
    /// nghttp2 holds more answers to control frames than the peer reads.
    var isFlood: Bool { status == NGHTTP2_ERR_FLOODED.rawValue }
    var description: String { String(cString: nghttp2_strerror(status)) }
}

/// One nghttp2 session, server or client side, which turns frames into events and submissions into bytes.
///
/// Loop thread only.
final class HTTP2Session {
    enum Role { case server, client }

    /// Window and stream settings, measured for throughput on loopback.
    struct Settings {
        var maxConcurrentStreams = 1000
        var streamWindow = 4 << 20
        var connectionWindow = 16 << 20
        var maxHeaderListBytes = 16 << 10
    }

    /// Output pauses while more than this many bytes are queued on the socket.
    private static let maxQueuedBytes = 1 << 20
    /// The number of bytes read before it is seen whether the connection has ended.
    private static let pieceBytes = 16 << 10
    /// The number of buffers written before other connections have their turn.
    private static let writesPerFlush = 4
    private var session: OpaquePointer?
    private let loop: EventLoop
    unowned let delegate: any HTTP2SessionDelegate
    private let channel: any ByteChannel
    private var isFlushScheduled = false
    /// Input is no longer accepted.
    private var isEnded = false
    /// The peer was told that the connection ends.
    private var isTerminated = false

    init(
        _ role: Role, settings: Settings, over channel: any ByteChannel, on loop: EventLoop,
        delegate: any HTTP2SessionDelegate
    ) {
        self.loop = loop
        self.channel = channel
        self.delegate = delegate
        open(role)
        submit(settings, role: role)
        scheduleFlush()
    }

    deinit { nghttp2_session_del(session) }

    private func open(_ role: Role) {
        var callbacks: OpaquePointer?
        var option: OpaquePointer?
        nghttp2_session_callbacks_new(&callbacks)
        nghttp2_option_new(&option)
        defer {
            nghttp2_session_callbacks_del(callbacks)
            nghttp2_option_del(option)
        }
        HTTP2Callbacks.install(in: callbacks)
        // Windows reopen as messages are consumed, not as bytes arrive.
        nghttp2_option_set_no_auto_window_update(option, 1)
        nghttp2_option_set_no_closed_streams(option, 1)
        // `FloodGuard` is stricter and answers with ENHANCE_YOUR_CALM.
        nghttp2_option_set_stream_reset_rate_limit(option, 1 << 40, 1 << 40)
        let user = Unmanaged.passUnretained(self).toOpaque()
        let status =
            role == .server
            ? nghttp2_session_server_new2(&session, callbacks, user, option)
            : nghttp2_session_client_new2(&session, callbacks, user, option)
        precondition(status == 0, "no HTTP/2 session: \(HTTP2Failure(status: status))")
    }

    private func submit(_ settings: Settings, role: Role) {
        func entry(_ id: nghttp2_settings_id, _ value: Int) -> nghttp2_settings_entry {
            nghttp2_settings_entry(settings_id: Int32(bitPattern: id.rawValue), value: UInt32(value))
        }
        var entries = [
            entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, settings.streamWindow),
            entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, settings.maxHeaderListBytes),
        ]
        switch role {
        case .server: entries.append(entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, settings.maxConcurrentStreams))
        case .client: entries.append(entry(NGHTTP2_SETTINGS_ENABLE_PUSH, 0))
        }
        nghttp2_submit_settings(session, 0, entries, entries.count)
        nghttp2_session_set_local_window_size(session, 0, 0, Int32(settings.connectionWindow))
    }

    // MARK: Bytes in

    func receive(_ bytes: UnsafeRawBufferPointer) throws {
        scheduleFlush()
        var rest = bytes
        // In pieces: what makes the connection end may come first of thousands of frames.
        while !rest.isEmpty, !isEnded, !isTerminated {
            let piece = rest.prefix(Self.pieceBytes)
            let base = UnsafeRawBufferPointer(rebasing: piece).baseAddress?.assumingMemoryBound(to: UInt8.self)
            let status = nghttp2_session_mem_recv(session, base, piece.count)
            if status < 0 { throw HTTP2Failure(status: CInt(status)) }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(piece.count))
        }
    }

    // MARK: Bytes out

    /// Sends what was submitted at the end of this turn of the loop, or of a later one if there is much to send.
    func scheduleFlush() {
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        // Not weak: the first weak reference to an object slows every later retain of it.
        loop.atEndOfTurn { [self] in flush() }
    }

    func flush() {
        isFlushScheduled = false
        delegate.submitPending()
        var writes = 0
        while channel.queuedBytes < Self.maxQueuedBytes {
            guard writes < Self.writesPerFlush else {
                scheduleFlush()
                break
            }
            let filled = gather(into: loop.writeBuffer)
            guard filled > 0 else { break }
            channel.write(UnsafeRawBufferPointer(rebasing: loop.writeBuffer[..<filled]))
            writes += 1
        }
        if isFinished, !isEnded {
            channel.closeAfterFlush()
            end()
        }
    }

    /// Copies frames to `buffer` while the next one, at most 16 KiB plus its header, is sure to fit.
    private func gather(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var filled = 0
        while buffer.count - filled >= 17 << 10 {
            var frame: UnsafePointer<UInt8>?
            let count = nghttp2_session_mem_send(session, &frame)
            guard count > 0, let frame else { break }
            if filled + count > buffer.count {
                // A header block may be longer than a frame; send what came before it first.
                channel.write(UnsafeRawBufferPointer(rebasing: buffer[..<filled]))
                channel.write(UnsafeRawBufferPointer(start: frame, count: count))
                filled = 0
                continue
            }
            (buffer.baseAddress! + filled).copyMemory(from: frame, byteCount: count)
            filled += count
        }
        return filled
    }

    /// Nothing more will be read or written.
    private var isFinished: Bool {
        nghttp2_session_want_read(session) == 0 && nghttp2_session_want_write(session) == 0
    }

    // MARK: Submitting

    func submitResponse(_ stream: Int32, _ headers: HeaderBlock, hasBody: Bool) {
        headers.withFields { fields, count in
            guard hasBody else {
                nghttp2_submit_response(session, stream, fields, count, nil)
                return
            }
            var provider = HTTP2Callbacks.provider
            nghttp2_submit_response(session, stream, fields, count, &provider)
        }
        scheduleFlush()
    }

    func submitTrailers(_ stream: Int32, _ headers: HeaderBlock) {
        headers.withFields { fields, count in
            _ = nghttp2_submit_trailer(session, stream, fields, count)
        }
        scheduleFlush()
    }

    /// The new stream's number.
    func submitRequest(_ headers: HeaderBlock) throws -> Int32 {
        let stream = headers.withFields { fields, count in
            var provider = HTTP2Callbacks.provider
            return nghttp2_submit_request(session, nil, fields, count, &provider, nil)
        }
        guard stream > 0 else { throw HTTP2Failure(status: stream) }
        scheduleFlush()
        return stream
    }

    /// The stream has output again.
    func resume(_ stream: Int32) {
        nghttp2_session_resume_data(session, stream)
        scheduleFlush()
    }

    func reset(_ stream: Int32, _ code: nghttp2_error_code) {
        nghttp2_submit_rst_stream(session, 0, stream, code.rawValue)
        scheduleFlush()
    }

    /// The consumer took `count` bytes, so the peer may send that many more.
    func consume(_ stream: Int32, _ count: Int) {
        guard count > 0 else { return }
        nghttp2_session_consume(session, stream, count)
        scheduleFlush()
    }

    func ping() {
        nghttp2_submit_ping(session, 0, nil)
        scheduleFlush()
    }

    /// Says that the connection will end. Streams that are on their way are still taken, until `drain()`.
    func announceDrain() {
        nghttp2_submit_shutdown_notice(session)
        scheduleFlush()
    }

    /// Finishes open streams and refuses new ones; the connection closes after the last.
    func drain() {
        nghttp2_submit_goaway(session, 0, nghttp2_session_get_last_proc_stream_id(session), 0, nil, 0)
        scheduleFlush()
    }

    /// Ends the connection and all its streams, telling the peer why if it still listens.
    func terminate(_ code: nghttp2_error_code) {
        isTerminated = true
        nghttp2_session_terminate_session(session, code.rawValue)
        if channel.queuedBytes < Self.maxQueuedBytes {
            scheduleFlush()
        } else {
            channel.close()
            end()
        }
    }

    private func end() {
        guard !isEnded else { return }
        isEnded = true
        delegate.ended()
    }
}
