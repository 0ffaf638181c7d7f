import Dispatch

/// Text longer than this is not tokenized where a call arrives, which may be an event loop.
let inlineTextBytes = 32 << 10

/// Runs `work` here when it concerns few bytes, and on the cooperative pool otherwise.
func compute<Result: Sendable>(
    bytes: Int, _ work: @escaping @Sendable () throws -> Result
) async throws -> Result {
    if bytes <= inlineTextBytes { return try work() }
    return try await Task.detached(operation: work).value
}

/// Runs `work`, which blocks for long, on a thread of its own.
func onBlockingThread<Result: Sendable>(
    _ work: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global(qos: .utility).async {
            continuation.resume(with: Swift.Result { try work() })
        }
    }
}
