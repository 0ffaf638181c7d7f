internal import Threads

/// Runs what blocks for milliseconds on a thread that may: neither one for handlers nor the cooperative pool.
enum Blocking {
    private static let threads = BlockingThreads("attnrl-store", limit: 16)

    static func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await threads.run(work)
    }
}
