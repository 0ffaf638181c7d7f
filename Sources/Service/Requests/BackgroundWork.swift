internal import Basics
internal import Rollouts
internal import Threads

/// Threads beside those of handlers, for what blocks.
private enum ServiceThreads {
    /// For the store of jobs and other files of the server's own.
    static let own = BlockingThreads("attnrl-files", limit: 16)
    /// For files that callers name. What they are nobody knows, so one may block for ever; these are lost to it at most.
    static let named = BlockingThreads("attnrl-paths", limit: 64)

    /// For templates that models bring, and for texts as long as messages allow: one may take seconds. So there are no more
    /// of these than processors, and connections and other handlers go before them.
    static let prompts: HandlerThreads = {
        let processors = EngineConfiguration.processorCount
        return HandlerThreads("attnrl-prompt", width: processors, limit: processors, priority: .low)
    }()
}

/// Runs `work`, which may compute for seconds, where it is in nobody's way.
func onPromptThread<Result>(_ work: () throws -> Result) async throws -> Result {
    try await withTaskExecutorPreference(ServiceThreads.prompts) {
        try Task.checkCancellation()
        return try work()
    }
}

/// Runs `work`, which blocks for a while, on a thread that may.
func onBlockingThread<Result: Sendable>(
    _ work: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await ServiceThreads.own.run(work)
}

/// Runs `work`, which reads or writes files that the caller names, on a thread that may block.
///
/// The wait for it ends with the call: when that is cancelled or its deadline passes, work that has begun goes on by
/// itself, and work that has not never does.
func withCallersFiles<Result: Sendable>(
    _ work: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await ServiceThreads.named.runUnlessCancelled(work)
}
