internal import DequeModule
internal import Guarding

/// One direction of one call: a bounded queue of messages between a producer and a consumer.
///
/// Each end can be a task or an event loop. A task waits: `send(_:)` while more than `Limits.suspendAbove` bytes are
/// queued, `next()` while there are none. A loop never waits: `offer(_:)` and `poll()` return at once, and the channel
/// calls back only about work the loop cannot know of, so a busy stream costs no wake-ups.
package final class MessageChannel: MessageSource, MessageSink {
    package struct Limits: Sendable {
        /// A sender waits once more than this many bytes are queued.
        package var suspendAbove = 256 << 10
        /// Waiting senders resume once at most this many bytes are queued.
        package var resumeAt = 64 << 10

        package init() {}

        /// Senders never wait: for tests, which read only after everything has been sent.
        package static var none: Limits {
            var limits = Limits()
            (limits.suspendAbove, limits.resumeAt) = (.max, .max)
            return limits
        }
    }

    /// The size of each message's prefix on the wire, counted so that empty messages are bounded too.
    package static let bytesPerMessage = MessageFraming.prefixSize

    /// The result of `poll()`.
    package enum Polled {
        case message(QueuedMessage)
        /// Nothing yet; `onReadable` will be called once when something arrives.
        case empty
        case finished
        case failed(RPCError)
    }

    private enum End {
        case finished
        case failed(RPCError)
    }

    private typealias Reader = CheckedContinuation<Void, Never>

    private struct Writer {
        let id: Int
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var messages = Deque<QueuedMessage>()
        var bytes = 0
        var end: End?
        /// A task waiting in `next()`.
        var reader: Reader?
        /// A loop saw the queue empty, or has not polled yet, and must be woken.
        var isPollerParked: Bool
        /// Tasks waiting in `send(_:)`, oldest first.
        var writers: [Writer] = []
        var nextWriterID = 0
        /// Bytes taken since the last call of `onTaken`.
        var untoldBytes = 0
        var head = Metadata()
        /// What a compressed message takes; nil before the first.
        var inflation: InflationBudget.Share?
    }

    private let limits: Limits
    private let budget: InflationBudget?
    private let onReadable: (@Sendable () -> Void)?
    private let onTaken: (@Sendable () -> Void)?
    private let state: Guarded<State>

    /// - Parameters:
    ///   - budget: For messages that arrive compressed.
    ///   - onReadable: Called when the first item arrives, and when one arrives after `poll()` returned `empty`.
    ///   - onTaken: Called when `next()` has emptied the queue or taken `resumeAt` bytes since the last call.
    package init(
        limits: Limits = Limits(), budget: InflationBudget? = nil, onReadable: (@Sendable () -> Void)? = nil,
        onTaken: (@Sendable () -> Void)? = nil
    ) {
        self.limits = limits
        self.budget = budget
        self.onReadable = onReadable
        self.onTaken = onTaken
        state = Guarded(State(isPollerParked: onReadable != nil))
    }

    /// Bytes queued, framing included.
    package var queuedBytes: Int { state.withLock { $0.bytes } }

    /// Metadata that a server sends before its first response; later it is too late.
    package var head: Metadata {
        get { state.withLock { $0.head } }
        set { state.withLock { $0.head = newValue } }
    }

    // MARK: Producing

    package func send(_ message: [UInt8]) async throws {
        let (isFull, wakeUp) = try state.withLock { state in
            let wakeUp = try Self.append(QueuedMessage(message), to: &state)
            return (state.bytes > limits.suspendAbove, wakeUp)
        }
        wake(wakeUp)
        if isFull { try await waitForRoom() }
    }

    /// Queues a message regardless of the limits; returns false if the channel has ended.
    @discardableResult
    package func offer(_ message: [UInt8]) -> Bool { offer(QueuedMessage(message)) }

    @discardableResult
    package func offer(_ message: QueuedMessage) -> Bool {
        let wakeUp = state.withLock { state in try? Self.append(message, to: &state) }
        guard let wakeUp else { return false }
        wake(wakeUp)
        return true
    }

    /// Ends the channel after the queued messages: `next()` then returns nil, or throws `error`.
    package func finish(throwing error: RPCError? = nil) {
        end(error.map(End.failed) ?? .finished, discarding: false)
    }

    /// Ends the channel at once: queued messages are dropped, and both ends throw `error` from then on.
    ///
    /// After `finish()` this can only drop messages still queued; if there are none, the channel stays finished.
    package func abort(_ error: RPCError) {
        end(.failed(error), discarding: true)
    }

    // MARK: Consuming

    package func next() async throws -> [UInt8]? {
        guard let message = try await nextQueued() else { return nil }
        do throws(RPCError) {
            return try message.isCompressed ? message.inflated(within: inflation()) : message.bytes
        } catch {
            abort(error)
            throw error
        }
    }

    private func inflation() -> InflationBudget.Share? {
        guard let budget else { return nil }
        return state.withLock { state in
            let share = state.inflation ?? InflationBudget.Share(of: budget)
            state.inflation = share
            return share
        }
    }

    /// The next message as it arrived.
    package func nextQueued() async throws -> QueuedMessage? {
        while true {
            let (polled, writers, isToBeTold) = state.withLock { state in
                let polled = Self.take(from: &state)
                return (polled, takeReleased(from: &state), isTellingDue(&state, after: polled))
            }
            for writer in writers { writer.continuation.resume() }
            if isToBeTold { onTaken?() }
            switch polled {
            case .message(let message): return message
            case .finished: return nil
            case .failed(let error): throw error
            case .empty: try await waitForMessage()
            }
        }
    }

    /// The next message, if there is one, without waiting.
    package func poll() -> Polled {
        let (polled, writers) = state.withLock { state in
            let polled = Self.take(from: &state)
            if case .empty = polled { state.isPollerParked = true }
            return (polled, takeReleased(from: &state))
        }
        for writer in writers { writer.continuation.resume() }
        return polled
    }

    // MARK: Waiting and waking

    private enum WakeUp {
        case nobody
        case reader(Reader)
        case poller
    }

    private func wake(_ wakeUp: WakeUp) {
        switch wakeUp {
        case .nobody: break
        case .reader(let reader): reader.resume()
        case .poller: onReadable?()
        }
    }

    private static func append(_ message: QueuedMessage, to state: inout State) throws -> WakeUp {
        switch state.end {
        case nil: break
        case .finished: throw sentAfterEnd
        case .failed(let error): throw error
        }
        state.messages.append(message)
        state.bytes += message.bytes.count + bytesPerMessage
        return takeSleeper(from: &state)
    }

    private static func takeSleeper(from state: inout State) -> WakeUp {
        if let reader = state.reader {
            state.reader = nil
            return .reader(reader)
        }
        if state.isPollerParked {
            state.isPollerParked = false
            return .poller
        }
        return .nobody
    }

    private static func take(from state: inout State) -> Polled {
        if let message = state.messages.popFirst() {
            state.bytes -= message.bytes.count + bytesPerMessage
            state.untoldBytes += message.bytes.count + bytesPerMessage
            return .message(message)
        }
        switch state.end {
        case nil: return .empty
        case .finished: return .finished
        case .failed(let error): return .failed(error)
        }
    }

    private func isTellingDue(_ state: inout State, after polled: Polled) -> Bool {
        guard case .message = polled else { return false }
        guard state.messages.isEmpty || state.untoldBytes >= limits.resumeAt else { return false }
        state.untoldBytes = 0
        return true
    }

    /// The senders that may resume.
    private func takeReleased(from state: inout State) -> [Writer] {
        guard !state.writers.isEmpty, state.bytes <= limits.resumeAt else { return [] }
        defer { state.writers = [] }
        return state.writers
    }

    private func end(_ end: End, discarding: Bool) {
        let (wakeUp, writers) = state.withLock { state -> (WakeUp, [Writer]) in
            if discarding, state.end == nil || !state.messages.isEmpty {
                state.messages.removeAll()
                state.bytes = 0
                state.end = end
            } else if state.end == nil {
                state.end = end
            } else {
                return (.nobody, [])
            }
            defer { state.writers = [] }
            return (Self.takeSleeper(from: &state), state.writers)
        }
        wake(wakeUp)
        let result: Result<Void, any Error>
        if case .failed(let error) = end { result = .failure(error) } else { result = .success(()) }
        for writer in writers { writer.continuation.resume(with: result) }
    }

    /// Returns once something is queued or the channel has ended.
    ///
    /// Throws CANCELLED if the task is cancelled.
    private func waitForMessage() async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayWait = state.withLock { state in
                    guard state.messages.isEmpty, state.end == nil, !Task.isCancelled else { return false }
                    precondition(state.reader == nil, "two tasks read one direction of a call")
                    state.reader = continuation
                    return true
                }
                if !mayWait { continuation.resume() }
            }
        } onCancel: {
            let reader = state.withLock { state in
                defer { state.reader = nil }
                return state.reader
            }
            reader?.resume()
        }
        let isWaiting = state.withLock { $0.messages.isEmpty && $0.end == nil }
        if isWaiting, Task.isCancelled { throw RPCError.callCancelled }
    }

    private func waitForRoom() async throws {
        let id = state.withLock { state in
            state.nextWriterID += 1
            return state.nextWriterID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome: Result<Void, any Error>? = state.withLock { state in
                    if case .failed(let error) = state.end { return .failure(error) }
                    if state.bytes <= limits.suspendAbove { return .success(()) }
                    if Task.isCancelled { return .failure(RPCError.callCancelled) }
                    state.writers.append(Writer(id: id, continuation: continuation))
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let writer = state.withLock { state -> Writer? in
                guard let index = state.writers.firstIndex(where: { $0.id == id }) else { return nil }
                return state.writers.remove(at: index)
            }
            writer?.continuation.resume(throwing: RPCError.callCancelled)
        }
    }

    private static var sentAfterEnd: RPCError {
        RPCError(
            .cancelled, reason: "DIRECTION_ENDED", "Nothing can be sent any more: this direction of the call ended.")
    }
}
