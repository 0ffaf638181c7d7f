internal import DequeModule
internal import Guarding

/// Threads for work that blocks: files, databases, locks.
///
/// A thread is started when work comes and none is free, up to a limit, and goes when it had nothing to do for a while.
/// Work that blocks for ever keeps its thread; so what concerns files that callers name has threads of its own.
package final class BlockingThreads: Sendable {
    private struct Work {
        let id: UInt
        let body: @Sendable () -> Void
    }

    private struct State {
        var waiting = Deque<Work>()
        var threads = 0
        var idle = 0
        var nextID: UInt = 0
    }

    /// How long a thread waits for work before it goes.
    private static let idleTime = Duration.seconds(10)

    private let name: StaticString
    private let limit: Int
    private let state = Condition(State())

    package init(_ name: StaticString, limit: Int) {
        precondition(limit > 0, "\(name): no threads")
        self.name = name
        self.limit = limit
    }

    /// Runs `work` and returns what it returns.
    package func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            _ = add { continuation.resume(with: Swift.Result { try work() }) }
        }
    }

    /// Runs `work`, and waits for it no longer than the task is wanted.
    ///
    /// Work that has begun is not interrupted: nobody learns of its result then.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    package func runUnlessCancelled<Result: Sendable>(
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        let promise = Promise<Result>()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard promise.begin(continuation) else { return }
                let id = add { promise.fulfil(Swift.Result { try work() }) }
                promise.onCancel { [self] in remove(id) }
            }
        } onCancel: {
            promise.cancel()
        }
    }

    // MARK: Threads

    private func add(_ body: @escaping @Sendable () -> Void) -> UInt {
        let (id, needsThread) = state.withLock { state in
            state.nextID += 1
            state.waiting.append(Work(id: state.nextID, body: body))
            let needsThread = state.waiting.count > state.idle && state.threads < limit
            if needsThread { state.threads += 1 }
            return (state.nextID, needsThread)
        }
        if needsThread { startWorker() } else { state.signal() }
        return id
    }

    /// Work that has not begun never will.
    private func remove(_ id: UInt) {
        state.withLock { $0.waiting.removeAll { $0.id == id } }
    }

    private func startWorker() {
        let isStarted = startThread(name) { [self] in
            while let body = next() { body() }
        }
        guard !isStarted else { return }
        // The work waits for a thread that there is.
        let isAlone = state.withLock { state in
            state.threads -= 1
            return state.threads == 0
        }
        precondition(!isAlone, "\(name): the system has no thread to give")
    }

    private func next() -> (@Sendable () -> Void)? {
        state.withLock { $0.idle += 1 }
        let body = state.wait(atMost: Self.idleTime) { $0.waiting.popFirst()?.body }
        return state.withLock { state in
            state.idle -= 1
            if let body { return body }
            // Something may have come in the moment after the wait.
            if let late = state.waiting.popFirst() { return late.body }
            state.threads -= 1
            return nil
        }
    }
}

/// A result that is waited for until it comes or nobody wants it any more.
private final class Promise<Result: Sendable>: Sendable {
    private struct State {
        var continuation: CheckedContinuation<Result, any Error>?
        var isOver = false
        var onCancel: (@Sendable () -> Void)?
    }

    private let state = Guarded(State())

    /// False when it was cancelled before.
    func begin(_ continuation: CheckedContinuation<Result, any Error>) -> Bool {
        let isOver = state.withLock { state in
            if !state.isOver { state.continuation = continuation }
            return state.isOver
        }
        if isOver { continuation.resume(throwing: CancellationError()) }
        return !isOver
    }

    func onCancel(_ action: @escaping @Sendable () -> Void) {
        let isOver = state.withLock { state in
            if !state.isOver { state.onCancel = action }
            return state.isOver
        }
        // Either cancelled meanwhile, or fulfilled, when there is nothing left to do.
        if isOver { action() }
    }

    func fulfil(_ result: Swift.Result<Result, any Error>) { end()?.0?.resume(with: result) }

    func cancel() {
        guard let (continuation, onCancel) = end() else { return }
        onCancel?()
        continuation?.resume(throwing: CancellationError())
    }

    /// nil when it was over before.
    private func end() -> (CheckedContinuation<Result, any Error>?, (@Sendable () -> Void)?)? {
        state.withLock { state in
            guard !state.isOver else { return nil }
            defer { (state.continuation, state.onCancel, state.isOver) = (nil, nil, true) }
            return (state.continuation, state.onCancel)
        }
    }
}
