import Guarding

/// A server and its clients in one process, without a network but with its semantics: deadlines, cancellation,
/// backpressure, limits and graceful shutdown work as in the real transport.
///
/// Calls may be started before `run(handler:)`; they wait for it.
public final class InProcessTransport: ServerTransport, ClientTransport {
    private enum Phase {
        case waiting
        case running(any CallHandler)
        case draining(any CallHandler)
        case stopped
    }

    private struct State {
        var phase = Phase.waiting
        var isClosedForCalls = false
        var calls: [Int: InProcessCall] = [:]
        var nextCall = 0
        /// Calls that arrived before there was a handler.
        var early: [Int] = []
        var onDrained: CheckedContinuation<Void, Never>?
    }

    private let maxMessageBytes: Int
    private let state = Guarded(State())

    /// - Parameter maxMessageBytes: The longest message either side may send.
    public init(maxMessageBytes: Int = 4 << 20) {
        self.maxMessageBytes = maxMessageBytes
    }

    // MARK: Server

    public func run(handler: any CallHandler) async throws {
        let early = state.withLock { state -> [InProcessCall]? in
            guard case .waiting = state.phase else { return nil }
            state.phase = .running(handler)
            defer { state.early = [] }
            return state.early.compactMap { state.calls[$0] }
        }
        guard let early else { return }
        for call in early { start(call, handler) }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard !Self.isDrained(state) else { return true }
                    state.onDrained = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            beginShutdown()
            for call in state.withLock({ Array($0.calls.values) }) { call.end(.callCancelled) }
        }
        state.withLock { $0.phase = .stopped }
    }

    public func beginShutdown() {
        let (early, drained) = state.withLock { state -> ([InProcessCall], CheckedContinuation<Void, Never>?) in
            switch state.phase {
            case .running(let handler): state.phase = .draining(handler)
            case .waiting: state.phase = .stopped
            case .draining, .stopped: break
            }
            defer { state.early = [] }
            return (state.early.compactMap { state.calls.removeValue(forKey: $0) }, Self.takeDrained(&state))
        }
        for call in early { call.end(.serverStopping) }
        drained?.resume()
    }

    private static func isDrained(_ state: State) -> Bool {
        switch state.phase {
        case .waiting, .running: false
        case .draining: state.calls.isEmpty
        case .stopped: true
        }
    }

    private static func takeDrained(_ state: inout State) -> CheckedContinuation<Void, Never>? {
        guard isDrained(state) else { return nil }
        defer { state.onDrained = nil }
        return state.onDrained
    }

    // MARK: Client

    public func startCall(
        _ method: MethodName, metadata: Metadata, deadline: ContinuousClock.Instant?
    ) async throws -> ClientCall {
        if let deadline, deadline <= .now { throw RPCError.deadlinePassed }
        let context = CallContext(method: method, metadata: metadata, deadline: deadline, peer: "in-process")
        let call = InProcessCall(context, maxMessageBytes: maxMessageBytes)
        let handler = try state.withLock { state -> (any CallHandler)? in
            if state.isClosedForCalls { throw RPCError.clientClosed }
            switch state.phase {
            case .draining, .stopped: throw RPCError.serverStopping
            case .waiting: state.early.append(state.nextCall)
            case .running: break
            }
            call.id = state.nextCall
            state.calls[call.id] = call
            state.nextCall += 1
            if case .running(let handler) = state.phase { return handler }
            return nil
        }
        call.watchDeadline()
        if let handler { start(call, handler) }
        return call.clientSide
    }

    public func close() async {
        let calls = state.withLock { state in
            state.isClosedForCalls = true
            return Array(state.calls.values)
        }
        for call in calls { call.end(.clientClosed) }
    }

    private func start(_ call: InProcessCall, _ handler: any CallHandler) {
        call.start(handler) { [self] in
            let drained = state.withLock { state in
                state.calls[call.id] = nil
                return Self.takeDrained(&state)
            }
            drained?.resume()
        }
    }
}

/// One call between the two sides.
private final class InProcessCall: @unchecked Sendable {
    // Sendable: `id` is written before the call is shared; mutable state is in `work`.

    private struct Work {
        var isEnded = false
        var handler: Task<Void, Never>?
        var deadline: Task<Void, Never>?
    }

    var id = 0
    private let context: CallContext
    private let maxMessageBytes: Int
    private let requests = MessageChannel()
    private let responses = MessageChannel()
    private let trailers = Guarded(Metadata())
    private let work = Guarded(Work())

    init(_ context: CallContext, maxMessageBytes: Int) {
        self.context = context
        self.maxMessageBytes = maxMessageBytes
    }

    var clientSide: ClientCall {
        ClientCall(
            requests: LimitedSink(channel: requests, limit: maxMessageBytes) { [self] in end($0) },
            responses: responses,
            finishRequests: { [requests] in requests.finish() },
            cancel: { [self] in end(.callCancelled) },
            trailingMetadata: { [trailers] in trailers.withLock { $0 } })
    }

    func watchDeadline() {
        guard let deadline = context.deadline else { return }
        let task = Task { [weak self] in
            guard (try? await Task.sleep(until: deadline)) != nil else { return }
            self?.end(.deadlinePassed)
        }
        keep {
            $0.deadline = task
        } orCancel: {
            task.cancel()
        }
    }

    func start(_ handler: any CallHandler, completion: @escaping @Sendable () -> Void) {
        let task = Task {
            if handler.serves(context.method) {
                let sink = LimitedSink(channel: responses, limit: maxMessageBytes) { [self] in end($0) }
                finish(await handler.outcome(of: context, requests: requests, responses: sink))
            } else {
                finish(.failure(.unknownMethod(context.method.path)))
            }
            completion()
        }
        keep {
            $0.handler = task
        } orCancel: {
            task.cancel()
        }
    }

    /// Stores a task, or cancels it if the call has already ended.
    private func keep(_ store: (inout Work) -> Void, orCancel cancel: () -> Void) {
        let isEnded = work.withLock { work in
            if !work.isEnded { store(&work) }
            return work.isEnded
        }
        if isEnded { cancel() }
    }

    /// The handler has finished: its responses remain to be read, followed by its status.
    private func finish(_ outcome: Result<Metadata, RPCError>) {
        guard let tasks = endWork() else { return }
        tasks.deadline?.cancel()
        switch outcome {
        case .success(let metadata):
            trailers.withLock { $0 = metadata }
            responses.finish()
        case .failure(let error):
            trailers.withLock { $0 = error.metadata }
            responses.finish(throwing: error)
        }
        requests.abort(.callEnded(outcome))
    }

    /// Ends the call at once, on both sides.
    func end(_ error: RPCError) {
        guard let tasks = endWork() else { return }
        requests.abort(error)
        responses.abort(error)
        tasks.handler?.cancel()
        tasks.deadline?.cancel()
    }

    /// Returns nil if the call had already ended.
    private func endWork() -> Work? {
        work.withLock { work in
            guard !work.isEnded else { return nil }
            defer { work = Work(isEnded: true) }
            return work
        }
    }
}

/// Rejects messages over the limit and fails the call.
private struct LimitedSink: MessageSink {
    let channel: MessageChannel
    let limit: Int
    let endCall: @Sendable (RPCError) -> Void

    func send(_ message: [UInt8]) async throws {
        guard message.count <= limit else {
            let error = RPCError.messageTooLarge(message.count, limit: limit)
            endCall(error)
            throw error
        }
        try await channel.send(message)
    }
}
