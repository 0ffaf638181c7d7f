internal import CUV
internal import Glibc

/// One TCP connection.
///
/// Loop thread only.
final class TCPSocket: ByteChannel {
    private enum State {
        case open
        /// Our side is finished; whatever still arrives is dropped until the other side finishes too.
        case lingering(LoopTimer)
        case closed
    }

    /// How long the other side may take to notice that the connection is finished.
    ///
    /// Closing while it is still sending would reset the connection and could destroy the last answer.
    private static let lingerTime = Duration.seconds(1)
    /// How long the other side may take to accept what was queued before that.
    private static let flushTime = Duration.seconds(30)

    /// Retained until the socket closes.
    var delegate: (any ByteChannelDelegate)?
    /// Called once, after the handle is closed.
    var onClosed: (() -> Void)?
    private let loop: EventLoop
    private let tcp: UnsafeMutablePointer<uv_tcp_t>
    private var state = State.open
    private var writtenBytes = 0

    init(on loop: EventLoop) throws {
        self.loop = loop
        tcp = .allocate(capacity: 1)
        let status = uv_tcp_init(loop.handle, tcp)
        guard status == 0 else {
            tcp.deallocate()
            throw UVError(status, "make a socket")
        }
        tcp.pointee.data = Unmanaged.passRetained(self).toOpaque()
        uv_tcp_nodelay(tcp, 1)
    }

    var stream: UnsafeMutablePointer<uv_stream_t> {
        UnsafeMutableRawPointer(tcp).assumingMemoryBound(to: uv_stream_t.self)
    }

    private static func of(_ data: UnsafeMutableRawPointer) -> TCPSocket {
        Unmanaged<TCPSocket>.fromOpaque(data).takeUnretainedValue()
    }

    var peer: SocketAddress? {
        var storage = sockaddr_storage()
        var length = CInt(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) { storage in
            uv_tcp_getpeername(tcp, UnsafeMutableRawPointer(storage).assumingMemoryBound(to: sockaddr.self), &length)
        }
        return status == 0 ? SocketAddress(storage) : nil
    }

    /// How long the other side may be out of reach: neither acknowledge what it is sent, nor answer when nothing is.
    static let unreachableTime = (idle: CInt(20), interval: CInt(10), probes: CInt(3))

    /// Has the system end the connection once the other machine is out of reach. Nothing arrives from one that has lost
    /// its power or its network, and with nothing to send nobody would notice.
    func watchReachability() {
        let time = Self.unreachableTime, milliseconds = CUnsignedInt(time.idle + time.interval * time.probes) * 1000
        set(SOL_SOCKET, SO_KEEPALIVE, CInt(1))
        set(CInt(IPPROTO_TCP), TCP_KEEPIDLE, time.idle)
        set(CInt(IPPROTO_TCP), TCP_KEEPINTVL, time.interval)
        set(CInt(IPPROTO_TCP), TCP_KEEPCNT, time.probes)
        set(CInt(IPPROTO_TCP), TCP_USER_TIMEOUT, milliseconds)
    }

    private func set<Value: BitwiseCopyable>(_ level: CInt, _ option: CInt, _ value: Value) {
        withUnsafeBytes(of: value) { value in
            _ = setsockopt(descriptor, level, option, value.baseAddress, socklen_t(value.count))
        }
    }

    /// -1 before there is a socket.
    var descriptor: CInt {
        var descriptor: uv_os_fd_t = -1
        let handle = UnsafeMutableRawPointer(tcp).assumingMemoryBound(to: uv_handle_t.self)
        return uv_fileno(handle, &descriptor) == 0 ? descriptor : -1
    }

    // MARK: Connecting

    /// Makes one connection attempt; `completion` receives the status.
    func connect(to address: sockaddr_storage, _ completion: @escaping (CInt) -> Void) {
        let request = UnsafeMutablePointer<uv_connect_t>.allocate(capacity: 1)
        let loop = loop
        let completion = { (status: CInt) in loop.perform("connecting") { completion(status) } }
        request.pointee.data = Unmanaged.passRetained(Box(completion)).toOpaque()
        var address = address
        let done: uv_connect_cb = { request, status in
            let box = Unmanaged<Box<(CInt) -> Void>>.fromOpaque(request!.pointee.data).takeRetainedValue()
            request!.deallocate()
            box.value(status)
        }
        let status = withUnsafePointer(to: &address) { address in
            uv_tcp_connect(request, tcp, UnsafeRawPointer(address).assumingMemoryBound(to: sockaddr.self), done)
        }
        if status != 0 { done(request, status) }
    }

    // MARK: Reading

    func resumeReading() {
        guard case .open = state else { return }
        startReading()
    }

    func pauseReading() {
        guard case .open = state else { return }
        uv_read_stop(stream)
    }

    private func startReading() {
        let allocate: uv_alloc_cb = { handle, _, buffer in
            let loop = EventLoop.of(handle!.pointee.loop)
            // Without a buffer nothing is read, and the socket is still readable in the next turn.
            let mayRead = loop.mayRead(TCPSocket.of(handle!.pointee.data))
            let memory = mayRead ? loop.readBuffer : UnsafeMutableRawBufferPointer(start: nil, count: 0)
            buffer!.pointee.base = memory.baseAddress?.assumingMemoryBound(to: CChar.self)
            buffer!.pointee.len = memory.count
        }
        uv_read_start(stream, allocate) { stream, count, buffer in
            TCPSocket.of(stream!.pointee.data).finishRead(count, buffer!.pointee.base)
        }
    }

    private func finishRead(_ count: Int, _ base: UnsafeMutablePointer<CChar>?) {
        // It was given no buffer.
        if count == Int(UV_ENOBUFS.rawValue) { return }
        loop.perform("reading") {
            switch state {
            case .open where count > 0: delegate?.received(UnsafeRawBufferPointer(start: base, count: count))
            case .open where count < 0: fail(CInt(count))
            case .lingering where count < 0: close()
            default: break
            }
        }
    }

    private func fail(_ status: CInt) {
        let delegate = delegate
        close()
        delegate?.disconnected(
            status == UV_EOF.rawValue ? "the other side closed it" : UVError(status, "use it").reason)
    }

    // MARK: Writing

    var queuedBytes: Int { uv_stream_get_write_queue_size(stream) }
    var takenBytes: Int { writtenBytes - queuedBytes }

    func write(_ bytes: UnsafeRawBufferPointer) {
        guard case .open = state, !bytes.isEmpty else { return }
        writtenBytes += bytes.count
        var sent = 0
        if queuedBytes == 0 {
            var buffer = Self.buffer(over: bytes)
            let status = uv_try_write(stream, &buffer, 1)
            sent = max(0, Int(status))
        }
        if sent < bytes.count { queue(UnsafeRawBufferPointer(rebasing: bytes[sent...])) }
    }

    private static func buffer(over bytes: UnsafeRawBufferPointer) -> uv_buf_t {
        let base = UnsafeMutableRawPointer(mutating: bytes.baseAddress!).assumingMemoryBound(to: CChar.self)
        return uv_buf_init(base, UInt32(bytes.count))
    }

    /// Gives libuv a copy, which is freed once sent.
    private func queue(_ bytes: UnsafeRawBufferPointer) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        copy.copyMemory(from: bytes)
        let request = UnsafeMutablePointer<uv_write_t>.allocate(capacity: 1)
        request.pointee.data = copy.baseAddress
        var buffer = Self.buffer(over: UnsafeRawBufferPointer(copy))
        let done: uv_write_cb = { request, status in
            let socket = TCPSocket.of(request!.pointee.handle.pointee.data)
            request!.pointee.data.deallocate()
            request!.deallocate()
            socket.finishWrite(status)
        }
        let status = uv_write(request, stream, &buffer, 1, done)
        if status != 0 {
            copy.deallocate()
            request.deallocate()
            failSoon(status)
        }
    }

    private func finishWrite(_ status: CInt) {
        guard case .open = state else { return }
        loop.perform("what was written") {
            if status < 0 { fail(status) } else { delegate?.flushed() }
        }
    }

    /// Callers of `write` are in the middle of something; they learn of the failure when they are done.
    private func failSoon(_ status: CInt) {
        loop.atEndOfTurn { [self] in
            if case .open = state { fail(status) }
        }
    }

    // MARK: Closing

    func closeAfterFlush() {
        guard case .open = state else { return }
        delegate = nil
        linger(atMost: Self.flushTime)
        let request = UnsafeMutablePointer<uv_shutdown_t>.allocate(capacity: 1)
        let done: uv_shutdown_cb = { request, status in
            let socket = TCPSocket.of(request!.pointee.handle.pointee.data)
            request!.deallocate()
            socket.finishShutdown(status)
        }
        if uv_shutdown(request, stream, done) != 0 {
            request.deallocate()
            close()
        } else {
            startReading()
        }
    }

    private func finishShutdown(_ status: CInt) {
        guard case .lingering(let timer) = state else { return }
        timer.cancel()
        if status == 0 { linger(atMost: Self.lingerTime) } else { close() }
    }

    private func linger(atMost time: Duration) {
        state = .lingering(LoopTimer(on: loop, after: time) { [weak self] in self?.close() })
    }

    func close() {
        if case .closed = state { return }
        if case .lingering(let timer) = state { timer.cancel() }
        state = .closed
        delegate = nil
        uv_close(UnsafeMutableRawPointer(tcp).assumingMemoryBound(to: uv_handle_t.self)) { handle in
            let socket = Unmanaged<TCPSocket>.fromOpaque(handle!.pointee.data).takeRetainedValue()
            socket.tcp.deallocate()
            let onClosed = socket.onClosed
            socket.onClosed = nil
            socket.loop.perform("closing") { onClosed?() }
        }
    }
}

/// Boxes a value, for where C keeps a pointer.
private final class Box<Value> {
    let value: Value
    init(_ value: Value) { self.value = value }
}
