import Rollouts

extension Engine {
    /// Computes a request and hands its events to `receive`, as many as are there at a time.
    ///
    /// When `receive` fails or the task is cancelled, the engine stops computing it.
    ///
    /// - Parameter relay: Where to wait for events and to receive a few of them; many, and large ones, are received
    ///   where the caller is. nil: there too.
    func run(
        _ request: GenerationRequest, relay: (any TaskExecutor)? = nil,
        _ receive: ([GenerationEvent]) async throws -> Void
    ) async throws {
        let generation = try submit(request)
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

    /// What may be received in one go beside a connection: some hundred microseconds' worth.
    private static let relayedWeight = 128
}
