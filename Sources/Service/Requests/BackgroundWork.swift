internal import Basics
internal import Rollouts
internal import Threads

/// Threads besides those of handlers, for blocking work.
private enum ServiceThreads {
    /// For the job store and the server's other files.
    static let own = BlockingThreads("attnrl-files", limit: 16)
    /// For files named by callers. Any of them may block forever; at most these threads are lost to that.
    static let named = BlockingThreads("attnrl-paths", limit: 64)

    /// For models' chat templates and for the longest texts: one may take seconds. So there are no more of these
    /// threads than processors, and connections and other handlers take precedence.
    static let prompts: HandlerThreads = {
        let processors = EngineConfiguration.processorCount
        return HandlerThreads("attnrl-prompt", width: processors, limit: processors, priority: .low)
    }()
}

/// Runs `work`, which may compute for seconds, where it does not hold up anything else.
func onPromptThread<Result>(_ work: () throws -> Result) async throws -> Result {
    try await withTaskExecutorPreference(ServiceThreads.prompts) {
        try Task.checkCancellation()
        return try work()
    }
}

/// Runs `work`, which blocks for a while, on a thread for blocking work.
func onBlockingThread<Result: Sendable>(
    _ work: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await ServiceThreads.own.run(work)
}

/// Runs `work`, which reads or writes files named by the caller, on a thread for blocking work.
///
/// The wait ends with the call: if that is cancelled or its deadline passes, work that has begun continues on its own,
/// and work that has not is never started.
func withCallersFiles<Result: Sendable>(
    _ work: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await ServiceThreads.named.runUnlessCancelled(work)
}
