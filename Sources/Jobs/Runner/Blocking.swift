internal import Threads

/// Runs code that blocks for milliseconds on a thread meant for that, not on a handler thread or the cooperative pool.
enum Blocking {
    private static let threads = BlockingThreads("attnrl-store", limit: 16)

    static func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await threads.run(work)
    }
}
