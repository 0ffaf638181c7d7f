internal import Glibc
internal import Threads

/// The threads that serve calls. The loop only moves their bytes.
enum ServerThreads {
    /// The most long-running handlers at the same time; further ones wait.
    private static let limit = 64

    /// For handlers that may compute, or block briefly.
    static let handlers = HandlerThreads("attnrl-handler", width: min(max(2, processors), limit), limit: limit)

    /// For handlers that answer at once: health.
    static let prompt = HandlerThreads("attnrl-health", width: 1, limit: 1)

    private static var processors: Int { Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
