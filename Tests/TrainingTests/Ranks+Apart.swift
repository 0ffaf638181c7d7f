import Ranks
import Threads

extension Ranks {
    /// `together`, without keeping a thread that other tests need.
    static func apart<Value: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (Ranks) throws -> Value
    ) async -> [Result<Value, any Error>] {
        await withCheckedContinuation { continuation in
            let isStarted = startThread("world") { continuation.resume(returning: together(count, body)) }
            precondition(isStarted, "no thread for a world")
        }
    }
}
