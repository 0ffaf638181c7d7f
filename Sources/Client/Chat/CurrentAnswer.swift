import Guarding

/// The answer being written, so that an interrupt can stop it.
final class CurrentAnswer: Sendable {
    private let task = Guarded<Task<String, any Error>?>(nil)

    /// Runs one answer to completion.
    func run(_ body: @escaping @Sendable () async throws -> String) async throws -> String {
        let answer = Task { try await body() }
        task.withLock { $0 = answer }
        defer { task.withLock { $0 = nil } }
        return try await answer.value
    }

    /// Stops the answer; returns false if there is none.
    func cancel() -> Bool {
        guard let answer = task.withLock({ $0 }) else { return false }
        answer.cancel()
        return true
    }
}
