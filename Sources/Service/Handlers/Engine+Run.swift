import Rollouts
import Wire

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

/// Runs what answers a call and turns its errors into the call's status.
///
/// - Parameter path: Path of the message that holds the prompt, with its dot.
func answering<Answer>(path: String = "", _ body: () async throws -> Answer) async throws -> Answer {
    do {
        return try await body()
    } catch {
        throw RPCError(cause: error, path: path)
    }
}
