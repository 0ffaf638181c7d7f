import Guarding
import Influence

/// A submitted request's events as they arrive, several at a time.
///
/// Has a single consumer. Backpressure: a request whose events go unread stalls once `unreadLimit` is passed, and
/// continues once they have been read. Dropping the generation or ending the iteration early does not end the request;
/// `cancel` does.
public final class Generation: AsyncSequence, Sendable {
    public typealias Element = [GenerationEvent]

    /// How much may be unread before the request stalls, in tokens; see `GenerationEvent.weight`.
    static let unreadLimit = 4096

    fileprivate struct State {
        let unreadLimit: Int
        /// Total weight of `events`.
        var unread = 0
        var isStalled = false
        var events: [GenerationEvent] = []
        var end: Result<Void, EngineError>?
        var waiter: CheckedContinuation<[GenerationEvent]?, any Error>?
    }

    private let state: Guarded<State>
    private let onCancel: @Sendable () -> Void
    private let onResume: @Sendable () -> Void

    /// - Parameters:
    ///   - onCancel: Called when the request is given up.
    ///   - onResume: Called when the request had stalled and its events have been read.
    init(
        unreadLimit: Int = Generation.unreadLimit, onCancel: @escaping @Sendable () -> Void,
        onResume: @escaping @Sendable () -> Void
    ) {
        state = Guarded(State(unreadLimit: unreadLimit))
        self.onCancel = onCancel
        self.onResume = onResume
    }

    /// Gives up the request: its sequences are freed before the next step. Its events end with `EngineError.cancelled`.
    public func cancel() { onCancel() }

    public func makeAsyncIterator() -> Iterator { Iterator(generation: self) }

    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let generation: Generation

        /// All events since the last call, at least one; nil after the last response has finished.
        ///
        /// - Throws: `EngineError` if the request was given up.
        public mutating func next() async throws -> [GenerationEvent]? {
            let generation = generation
            return try await withTaskCancellationHandler {
                try await generation.nextEvents()
            } onCancel: {
                generation.cancel()
            }
        }
    }

    private func nextEvents() async throws -> [GenerationEvent]? {
        try await withCheckedThrowingContinuation { continuation in
            let (ready, resumes) = state.withLock { $0.take(else: continuation) }
            if resumes { onResume() }
            if let ready { continuation.resume(with: ready) }
        }
    }

    // MARK: The engine's side

    /// Whether so much is unread that nothing more should be computed.
    var isStalled: Bool { state.withLock { $0.isStalled } }

    func yield(_ events: [GenerationEvent]) {
        guard !events.isEmpty else { return }
        let (waiter, all) = state.withLock {
            state -> (CheckedContinuation<[GenerationEvent]?, any Error>?, [GenerationEvent]) in
            guard let waiter = state.waiter else {
                state.add(events)
                return (nil, [])
            }
            state.waiter = nil
            return (waiter, events)
        }
        waiter?.resume(returning: all)
    }

    func finish(_ error: EngineError? = nil) {
        let waiter = state.withLock { state -> CheckedContinuation<[GenerationEvent]?, any Error>? in
            guard state.end == nil else { return nil }
            state.end = error.map { .failure($0) } ?? .success(())
            defer { state.waiter = nil }
            return state.waiter
        }
        guard let waiter else { return }
        if let error { waiter.resume(throwing: error) } else { waiter.resume(returning: nil) }
    }
}

extension Generation.State {
    fileprivate mutating func add(_ new: [GenerationEvent]) {
        events += new
        unread += new.weight
        if unread > unreadLimit { isStalled = true }
    }

    /// Takes all pending events for the consumer; nil if `waiter` has to wait. Reading ends a stall.
    fileprivate mutating func take(
        else waiter: CheckedContinuation<[GenerationEvent]?, any Error>
    ) -> (ready: Result<[GenerationEvent]?, any Error>?, resumes: Bool) {
        if !events.isEmpty {
            defer { (events, unread, isStalled) = ([], 0, false) }
            return (.success(events), isStalled)
        }
        if let end { return (end.map { nil }.mapError { $0 }, false) }
        precondition(self.waiter == nil, "Generation has two consumers")
        self.waiter = waiter
        return (nil, false)
    }
}

extension [GenerationEvent] {
    /// Their approximate memory footprint, in tokens.
    package var weight: Int { reduce(0) { $0 + $1.weight } }
}

extension GenerationEvent {
    /// Its approximate memory footprint, in tokens.
    fileprivate var weight: Int {
        switch self {
        case .started: 1
        case .echoed(let run), .tokens(_, let run): run.weight
        // 64 values take as much memory as a token reported alone.
        case .stepClosed(_, let step): 1 + (step.attention.count + step.influence.count + step.excess.count) / 64
        case .finished(_, let response):
            1 + ((response.trace?.valueCount ?? 0) + (response.states?.steps.count ?? 0)) / 64
        }
    }
}

extension TokenOutput {
    fileprivate var weight: Int { max(ids.count, 1) + top.reduce(0) { $0 + $1.count } / 16 }
}

extension AttentionTrace {
    fileprivate var valueCount: Int {
        let maps = [meanMap, maxMap] + headMaps.values
        return maps.reduce(perHead.count) { $0 + $1.values.count }
            + raw.reduce(0) { $0 + $1.rows.reduce(0) { $0 + $1.count } }
    }
}
