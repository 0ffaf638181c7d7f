import Rollouts

extension Engine {
    /// Computes a request and passes its events to `receive`, as many as are available at a time.
    ///
    /// If `receive` fails or the task is cancelled, the engine stops computing.
    ///
    /// - Parameters:
    ///   - relay: The executor on which to wait for events and receive small batches of them; larger ones are received
    ///     on the caller's. Nil means the caller's for all.
    ///   - taken: Called when the engine has accepted the request.
    func run(
        _ request: GenerationRequest, relay: (any TaskExecutor)? = nil, taken: (Generation) -> Void = { _ in },
        _ receive: ([GenerationEvent]) async throws -> Void
    ) async throws {
        let generation = try submit(request)
        taken(generation)
        var iterator = generation.makeAsyncIterator()
        do {
            while true {
                let events = try await withTaskExecutorPreference(relay) { () -> [GenerationEvent]? in
                    while let events = try await iterator.next() {
                        if events.weight > Self.relayedWeight { return events }
                        try await receive(events)
                    }
                    return nil
                }
                guard let events else { return }
                try await receive(events)
            }
        } catch {
            generation.cancel()
            throw error
        }
    }

    /// The most that may be received at once on a connection's thread: some hundred microseconds' worth.
    private static let relayedWeight = 128
}
