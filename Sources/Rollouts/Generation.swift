import Guarding

/// A request in the engine's hands: its events as they come, several at a time.
///
/// One consumer. Dropping the generation or ending the iteration early does not stop the request; `cancel` does.
public final class Generation: AsyncSequence, Sendable {
    public typealias Element = [GenerationEvent]

    private struct State {
        var events: [GenerationEvent] = []
        var end: Result<Void, EngineError>?
        var waiter: CheckedContinuation<[GenerationEvent]?, any Error>?
    }

    private let state = Guarded(State())
    private let onCancel: @Sendable () -> Void

    init(onCancel: @escaping @Sendable () -> Void) { self.onCancel = onCancel }

    /// Gives the request up: its sequences are freed before the next step. Its events end with `EngineError.cancelled`.
    public func cancel() { onCancel() }

    public func makeAsyncIterator() -> Iterator { Iterator(generation: self) }

    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let generation: Generation

        /// All events since the last call, at least one; nil after the last response has finished.
        ///
        /// - Throws: `EngineError` when the request was given up.
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
            let ready: Result<[GenerationEvent]?, any Error>? = state.withLock { state in
                if !state.events.isEmpty {
                    defer { state.events = [] }
                    return .success(state.events)
                }
                if let end = state.end { return end.map { nil }.mapError { $0 } }
                precondition(state.waiter == nil, "Generation has two consumers")
                state.waiter = continuation
                return nil
            }
            if let ready { continuation.resume(with: ready) }
        }
    }

    // MARK: The engine's side

    func yield(_ events: [GenerationEvent]) {
        guard !events.isEmpty else { return }
        let (waiter, all) = state.withLock { state -> (CheckedContinuation<[GenerationEvent]?, any Error>?, [GenerationEvent]) in
            guard let waiter = state.waiter else {
                state.events += events
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
