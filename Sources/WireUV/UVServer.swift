public import Logging
internal import Threads
public import Wire

/// Serves gRPC and plain HTTP, on one port, over libuv and nghttp2.
///
/// Handlers run on `ServerThreads` and may compute there; long blocking work belongs elsewhere. Prompt ones
/// (`CallHandler.isPrompt(_:)`) answer regardless of the others.
///
/// `run(handler:)` lasts as long as the server does. `beginShutdown()` lets calls in flight finish; cancelling the task
/// that runs the server closes all connections, cancels the handlers and waits only for them.
public final class UVServer: ServerTransport, @unchecked Sendable {
    // Sendable: mutable state is only used on the loop.

    private enum Phase {
        case idle
        case bound(TCPListener)
        case running(TCPListener)
        case draining
        case stopped
    }

    public let options: ServerOptions
    private let loop: EventLoop
    private let http: any HTTPHandler
    private let logger: Logger
    private var phase = Phase.idle
    private var environment: ServerEnvironment?
    private var connections: [ObjectIdentifier: ServerConnection] = [:]
    /// The number of accepted sockets not closed yet; a socket closes some time after its connection ends.
    private var openSockets = 0
    /// Takes its last connections, while draining.
    private var ending: TCPListener?
    private var ticker: LoopTimer?
    private var onStopped: (() -> Void)?
    private var pendingSockets: [TCPSocket] = []

    /// How often connections check their timeouts.
    private static let tickInterval = Duration.milliseconds(250)

    /// - Parameter logger: Receives, among other things, reports of long turns of the loop.
    public init(
        _ options: ServerOptions = ServerOptions(), http: any HTTPHandler = NoHTTP(), loop: EventLoop = .shared,
        logger: Logger = Logger(label: "attnrl.transport")
    ) {
        self.options = options
        self.http = http
        self.loop = loop
        self.logger = logger
    }

    /// Binds the port and returns the actual address.
    ///
    /// Clients can connect from then on; they are served once `run(handler:)` is called.
    @discardableResult
    public func bind() async throws -> SocketAddress {
        try await withCheckedThrowingContinuation { continuation in
            loop.execute { self.bind { continuation.resume(with: $0) } }
        }
    }

    private func bind(_ completion: @escaping (Result<SocketAddress, any Error>) -> Void) {
        switch phase {
        case .bound(let listener), .running(let listener): completion(.success(listener.address))
        case .draining, .stopped: completion(.failure(RPCError.serverStopping))
        case .idle:
            AddressResolver.resolve(host: options.host, port: options.port, on: loop) { [self] addresses in
                completion(Result { try listen(on: addresses.get()[0]) }.mapError(bindError))
            }
        }
    }

    private func listen(on address: ResolvedAddress) throws -> SocketAddress {
        // Resolving the name took a while.
        guard case .idle = phase else { throw RPCError.serverStopping }
        let listener = try TCPListener(on: address.storage, loop: loop) { [weak self] in self?.accepted($0) }
        phase = .bound(listener)
        return listener.address
    }

    private func bindError(_ error: any Error) -> any Error {
        guard let cause = error as? UVError else { return error }
        return BindError(host: options.host, port: options.port, cause: cause)
    }

    public func run(handler: any CallHandler) async throws {
        try await bind()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.execute { self.start(handler) { continuation.resume() } }
            }
        } onCancel: {
            stopNow()
        }
    }

    public func beginShutdown() {
        loop.execute { self.drain() }
    }

    /// Ends all calls and closes all connections, as cancelling the task in `run(handler:)` does.
    public func stopNow() {
        loop.execute { self.stop() }
    }

    // MARK: On the loop

    private func start(_ handler: any CallHandler, onStopped: @escaping () -> Void) {
        guard case .bound(let listener) = phase else { return onStopped() }
        phase = .running(listener)
        self.onStopped = onStopped
        let environment = ServerEnvironment(
            options: options, loop: loop, handler: handler, http: http, logger: logger)
        environment.onIdle = { [weak self] in self?.finishIfDone() }
        self.environment = environment
        watchLoop()
        ticker = LoopTimer(on: loop, after: Self.tickInterval, every: Self.tickInterval) { [weak self] in self?.tick() }
        for socket in exchange(&pendingSockets, with: []) { serve(socket, environment) }
    }

    private func watchLoop() {
        loop.onHold(for: self) { [logger] hold in
            logger.warning(
                "\(hold)", metadata: ["part": "\(hold.part)", "wall": "\(hold.wall)", "processor": "\(hold.processor)"])
        }
    }

    private func accepted(_ socket: TCPSocket) {
        openSockets += 1
        socket.onClosed = { [weak self] in self?.socketClosed(socket) }
        socket.watchReachability()
        if let limit = options.maxConnections, openSockets > limit {
            environment?.debug("refusing a connection", ["limit": "\(limit)"])
            socket.close()
        } else if let environment {
            serve(socket, environment)
        } else {
            pendingSockets.append(socket)
        }
    }

    private func serve(_ socket: TCPSocket, _ environment: ServerEnvironment) {
        let peer = socket.peer.map(\.description) ?? "unknown"
        do throws(TLSError) {
            let secure = try options.tls.map { (tls) throws(TLSError) in
                try TLSChannel(over: socket, tls.current, .server, on: loop)
            }
            let channel: any ByteChannel = secure ?? socket
            let connection = ServerConnection(over: channel, peer: peer, environment: environment)
            connections[ObjectIdentifier(socket)] = connection
            channel.delegate = connection
            if let secure { secure.start() } else { socket.resumeReading() }
            if case .draining = phase { connection.beginShutdown() }
        } catch {
            environment.debug("refusing a connection", ["reason": "\(error)"])
            socket.close()
        }
    }

    private func socketClosed(_ socket: TCPSocket) {
        openSockets -= 1
        connections[ObjectIdentifier(socket)] = nil
        finishIfDone()
    }

    private func tick() {
        let now = ContinuousClock.now
        for connection in connections.values { connection.tick(now) }
    }

    private func stopListening() {
        switch phase {
        case .bound(let listener), .running(let listener): listener.close()
        case .idle, .draining, .stopped: break
        }
        ending?.close()
        ending = nil
        for socket in exchange(&pendingSockets, with: []) { socket.close() }
    }

    private func drain() {
        switch phase {
        case .draining, .stopped: return
        case .idle, .bound: stopListening()
        case .running(let listener): end(listener)
        }
        phase = .draining
        for connection in connections.values { connection.beginShutdown() }
        finishIfDone()
    }

    private func end(_ listener: TCPListener) {
        ending = listener
        listener.end { [weak self] in
            self?.ending = nil
            self?.finishIfDone()
        }
    }

    private func stop() {
        guard case .stopped = phase else {
            stopListening()
            phase = .draining
            for connection in connections.values { connection.abort() }
            finishIfDone()
            return
        }
    }

    /// Calls back once the last connection has closed and the last handler has returned.
    private func finishIfDone() {
        guard case .draining = phase, ending == nil, openSockets == 0, environment?.isIdle ?? true else { return }
        phase = .stopped
        ticker?.cancel()
        ticker = nil
        environment = nil
        loop.onHold(for: self, nil)
        exchange(&onStopped, with: nil)?()
    }
}
