internal import CUV
internal import Glibc

/// A listening TCP socket.
///
/// Loop thread only.
final class TCPListener {
    private let loop: EventLoop
    private let tcp: UnsafeMutablePointer<uv_tcp_t>
    private let onAccept: (TCPSocket) -> Void
    private var isClosed = false
    /// Connections accepted in this turn of the loop.
    private var acceptedNow = 0
    /// A connection waits for the next turn.
    private var hasWaiting = false
    /// Looks whether the last connections have been taken.
    private var ending: LoopTimer?
    private(set) var address: SocketAddress

    private static let backlog: CInt = 1024
    /// The most connections accepted in a turn. libuv takes all that there are, and clients that come and go faster than they
    /// are accepted would fill the server with connections whose ends nobody has read.
    private static let mostPerTurn = 32

    init(on address: sockaddr_storage, loop: EventLoop, onAccept: @escaping (TCPSocket) -> Void) throws {
        self.loop = loop
        self.onAccept = onAccept
        self.address = SocketAddress(address) ?? SocketAddress(host: "?", port: 0)
        tcp = .allocate(capacity: 1)
        uv_tcp_init(loop.handle, tcp)
        tcp.pointee.data = Unmanaged.passRetained(self).toOpaque()
        do {
            try listen(address)
        } catch {
            close()
            throw error
        }
    }

    private func listen(_ wanted: sockaddr_storage) throws {
        var wanted = wanted
        let operation = "listen on \(address)"
        let status = withUnsafePointer(to: &wanted) { wanted in
            uv_tcp_bind(tcp, UnsafeRawPointer(wanted).assumingMemoryBound(to: sockaddr.self), 0)
        }
        try check(status, operation)
        let stream = UnsafeMutableRawPointer(tcp).assumingMemoryBound(to: uv_stream_t.self)
        let arrived: uv_connection_cb = { stream, status in
            let listener = Unmanaged<TCPListener>.fromOpaque(stream!.pointee.data).takeUnretainedValue()
            if status == 0 { listener.accept(stream!) }
        }
        try check(uv_listen(stream, Self.backlog, arrived), operation)
        var bound = sockaddr_storage()
        var length = CInt(MemoryLayout<sockaddr_storage>.size)
        let named = withUnsafeMutablePointer(to: &bound) { bound in
            uv_tcp_getsockname(tcp, UnsafeMutableRawPointer(bound).assumingMemoryBound(to: sockaddr.self), &length)
        }
        try check(named, operation)
        if let bound = SocketAddress(bound) { address = bound }
    }

    private func accept(_ stream: UnsafeMutablePointer<uv_stream_t>) {
        // libuv asks for no more until this one is taken.
        guard acceptedNow < Self.mostPerTurn else { return hasWaiting = true }
        if acceptedNow == 0 { loop.atEndOfTurn { [self] in beginTurn(stream) } }
        acceptedNow += 1
        guard let socket = try? TCPSocket(on: loop) else { return }
        loop.perform("accepting") {
            if uv_accept(stream, socket.stream) == 0 { onAccept(socket) } else { socket.close() }
        }
    }

    private func beginTurn(_ stream: UnsafeMutablePointer<uv_stream_t>) {
        acceptedNow = 0
        guard exchange(&hasWaiting, with: false), !isClosed else { return }
        accept(stream)
    }

    /// Takes the connections that there are, and closes. Whoever made them may have sent a request already, and could not
    /// know whether it was read.
    func end(_ completion: @escaping () -> Void) {
        guard !isClosed, ending == nil else { return }
        var looks = Self.mostLooks
        ending = LoopTimer(on: loop, after: Self.look, every: Self.look) { [self] in
            looks -= 1
            guard isClosed || looks == 0 || !(hasWaiting || hasMore) else { return }
            close()
            completion()
        }
    }

    /// How often it is looked whether connections are left, and how many times at most: they may never cease to come.
    private static let look = Duration.milliseconds(2), mostLooks = 250

    /// The system has connections that were not taken.
    private var hasMore: Bool {
        var descriptor: uv_os_fd_t = -1
        let handle = UnsafeMutableRawPointer(tcp).assumingMemoryBound(to: uv_handle_t.self)
        guard uv_fileno(handle, &descriptor) == 0 else { return false }
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 0) > 0
    }

    func close() {
        ending?.cancel()
        ending = nil
        guard !isClosed else { return }
        isClosed = true
        uv_close(UnsafeMutableRawPointer(tcp).assumingMemoryBound(to: uv_handle_t.self)) { handle in
            let listener = Unmanaged<TCPListener>.fromOpaque(handle!.pointee.data).takeRetainedValue()
            listener.tcp.deallocate()
        }
    }
}
