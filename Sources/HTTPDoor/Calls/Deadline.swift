import Wire

/// Runs work until a deadline.
///
/// - Throws: DEADLINE_EXCEEDED if the deadline passes first, once the work has been cancelled and has ended.
func withDeadline<Value: Sendable>(
    _ deadline: ContinuousClock.Instant?, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    guard let deadline else { return try await work() }
    return try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(until: deadline, clock: .continuous)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let value = first else { throw RPCError.deadlinePassed }
        return value
    }
}
