internal import Glibc
internal import Threads

/// Where calls are served. The loop only moves their bytes.
enum ServerThreads {
    /// Handlers that take long at the same time; further handlers wait then.
    private static let limit = 64

    /// For handlers that may compute, or block for a moment.
    static let handlers = HandlerThreads("attnrl-handler", width: min(max(2, processors), limit), limit: limit)

    /// For those that answer at once: health.
    static let prompt = HandlerThreads("attnrl-health", width: 1, limit: 1)

    private static var processors: Int { Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
