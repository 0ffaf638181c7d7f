#if canImport(Glibc)
import Glibc
#endif

/// How an engine uses its machine.
public struct EngineConfiguration: Sendable, Hashable {
    /// Compute threads. Default: the processors this process may run on.
    public var threads: Int
    /// Bytes of key/value memory per policy. Resident only as far as it is used.
    public var keyValueBytes: Int
    /// Tokens one scheduler step computes when prompts are waiting: decoding sequences first, then prompt chunks.
    public var stepTokens = 512
    /// Sequences that are computed at the same time, per policy.
    public var maxSequences = 512
    /// Requests that wait; more are refused.
    public var queueLimit = 1024

    public init(threads: Int? = nil, keyValueBytes: Int? = nil) {
        self.threads = threads ?? Self.processorCount
        self.keyValueBytes = keyValueBytes ?? Self.physicalMemory / 4
    }

    /// Processors this process may run on.
    public static var processorCount: Int {
        var set = cpu_set_t()
        guard sched_getaffinity(0, MemoryLayout<cpu_set_t>.size, &set) == 0 else { return 1 }
        return withUnsafeBytes(of: &set) { $0.reduce(0) { $0 + $1.nonzeroBitCount } }
    }

    /// Bytes of memory of this machine.
    public static var physicalMemory: Int {
        sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    }
}
