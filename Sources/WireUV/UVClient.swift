internal import Guarding
public import Wire

/// Makes gRPC calls to one server over one connection, which is opened at the first call and reopened if lost.
///
/// Close it when done: until then the connection stays open.
public final class UVClient: ClientTransport, @unchecked Sendable {
    // Sendable: mutable state is only used on the loop.

    /// A call waiting for the connection.
    private struct Waiter {
        let deadline: LoopTimer?
        let start: (Result<ClientConnection, RPCError>) -> Void
    }

    private enum Phase {
        case idle
        case connecting(Connector)
        case connected(ClientConnection)
        case closed
    }

    public let options: ClientOptions
    private let loop: EventLoop
    private var phase = Phase.idle
    private var waiters: [Int: Waiter] = [:]
    private var nextWaiter = 0
    /// Connections not closed yet, including those only finishing their calls.
    private var connections: [ObjectIdentifier: ClientConnection] = [:]
    private var onAllClosed: [() -> Void] = []

    public init(_ options: ClientOptions = ClientOptions(), loop: EventLoop = .shared) {
        self.options = options
        self.loop = loop
    }

    public func startCall(
        _ method: MethodName, metadata: Metadata, deadline: ContinuousClock.Instant?
    ) async throws -> ClientCall {
        let waiting = WaitingCall()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                loop.execute {
                    waiting.id = self.withConnection(before: deadline) { connection in
                        continuation.resume(
                            with: Result {
                                try self.open(connection.get(), method, metadata: metadata, deadline: deadline)
                            })
                    }
                    if waiting.isCancelled { self.fail(waiting.id, .callCancelled) }
                }
            }
        } onCancel: {
            loop.execute {
                waiting.isCancelled = true
                self.fail(waiting.id, .callCancelled)
            }
        }
    }

    public func close() async {
        await withCheckedContinuation { continuation in
            loop.execute { self.close { continuation.resume() } }
        }
    }

    // MARK: On the loop

    private func open(
        _ connection: ClientConnection, _ method: MethodName, metadata: Metadata, deadline: ContinuousClock.Instant?
    ) throws -> ClientCall {
        let stream: ClientStream
        do {
            stream = try connection.open(method, metadata: metadata, deadline: deadline)
        } catch {
            throw RPCError.connectionLost(options.target, "\(error)")
        }
        let id = stream.id
        let cancel: @Sendable () -> Void = { [loop] in loop.execute { connection.end(id, .callCancelled) } }
        let requests = stream.outgoing.channel
        return ClientCall(
            requests: requests, responses: stream.incoming.channel, finishRequests: { requests.finish() },
            cancel: cancel, trailingMetadata: { [trailers = stream.trailers] in trailers.withLock { $0 } })
    }

    /// Calls `start` with the connection, now or once it is open; returns the waiter's number.
    private func withConnection(
        before deadline: ContinuousClock.Instant?, _ start: @escaping (Result<ClientConnection, RPCError>) -> Void
    ) -> Int? {
        if let deadline, deadline <= .now {
            start(.failure(.deadlinePassed))
            return nil
        }
        switch phase {
        case .connected(let connection): start(.success(connection))
        case .closed: start(.failure(.clientClosed))
        case .connecting: return wait(before: deadline, start)
        case .idle:
            let id = wait(before: deadline, start)
            connect()
            return id
        }
        return nil
    }

    private func wait(
        before deadline: ContinuousClock.Instant?, _ start: @escaping (Result<ClientConnection, RPCError>) -> Void
    ) -> Int {
        nextWaiter += 1
        let id = nextWaiter
        let timer = deadline.map { deadline in
            LoopTimer(on: loop, after: deadline - .now) { [weak self] in self?.fail(id, .deadlinePassed) }
        }
        waiters[id] = Waiter(deadline: timer, start: start)
        return id
    }

    private func fail(_ id: Int?, _ error: RPCError) {
        guard let id, let waiter = waiters.removeValue(forKey: id) else { return }
        waiter.deadline?.cancel()
        waiter.start(.failure(error))
    }

    private func connect() {
        let connector = Connector(options, on: loop) { [self] in connected($0) }
        phase = .connecting(connector)
        connector.start()
    }

    private func connected(_ result: Result<TCPSocket, RPCError>) {
        if case .closed = phase {
            if case .success(let socket) = result { socket.close() }
            return
        }
        let connection = result.flatMap { socket in Result { () throws(RPCError) in try adopt(socket) } }
        if case .success(let connection) = connection { phase = .connected(connection) } else { phase = .idle }
        for waiter in exchange(&waiters, with: [:]).sorted(by: { $0.key < $1.key }).map(\.value) {
            waiter.deadline?.cancel()
            waiter.start(connection)
        }
    }

    private func adopt(_ socket: TCPSocket) throws(RPCError) -> ClientConnection {
        let secure = try socket.secured(options, http2: true, on: loop)
        let channel: any ByteChannel = secure ?? socket
        let connection = ClientConnection(over: channel, options: options, loop: loop)
        let key = ObjectIdentifier(connection)
        connections[key] = connection
        socket.onClosed = { [self] in
            connections[key] = nil
            finishClosing()
        }
        connection.onUnusable = { [self] in
            guard case .connected(let current) = phase, ObjectIdentifier(current) == key else { return }
            phase = .idle
        }
        channel.delegate = connection
        if let secure { secure.start() } else { socket.resumeReading() }
        return connection
    }

    private func close(_ completion: @escaping () -> Void) {
        onAllClosed.append(completion)
        if case .connecting(let connector) = phase { connector.cancel(.clientClosed) }
        phase = .closed
        for id in waiters.keys { fail(id, .clientClosed) }
        for connection in connections.values { connection.close(.clientClosed) }
        finishClosing()
    }

    private func finishClosing() {
        guard case .closed = phase, connections.isEmpty else { return }
        for completion in exchange(&onAllClosed, with: []) { completion() }
    }
}

/// A call's place in the queue for the connection.
///
/// Sendable because it is only used on the loop.
private final class WaitingCall: @unchecked Sendable {
    var id: Int?
    var isCancelled = false
}
