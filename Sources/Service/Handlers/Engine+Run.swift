import Rollouts

extension Engine {
    /// Computes a request and hands its events to `receive`, as many as are there at a time.
    ///
    /// When `receive` fails or the task is cancelled, the engine stops computing it.
    func run(
        _ request: GenerationRequest, _ receive: ([GenerationEvent]) async throws -> Void
    ) async throws {
        let generation = try submit(request)
        do {
            for try await events in generation { try await receive(events) }
        } catch {
            generation.cancel()
            throw error
        }
    }
}
