import Basics
import Compute
import Foundation
import Policy

/// How an engine uses its machine.
public struct EngineConfiguration: Sendable, Hashable {
    /// Compute threads. Default: the number of processors this process may run on.
    public var threads: Int
    /// Bytes of key/value memory per policy; only the part in use is resident. Default: a quarter of the memory this
    /// process may use.
    public var keyValueBytes: Int
    /// Tokens one scheduler step computes when prompts are waiting: decoding sequences first, then prompt chunks.
    public var stepTokens = 512
    /// Sequences computed at the same time, per policy.
    public var maxSequences = 512
    /// Requests in flight or waiting, over all policies; any more are refused.
    public var requestLimit = 1024

    /// Bytes of attention captured for all running responses together; beyond it, the request that has the most ends.
    public var captureBytes = max(256 << 20, MachineMemory.limit.bytes / 8)

    /// Total responses of those requests; any more are refused. A single request with the maximum number of responses
    /// always fits, and a training job's requests leave room for others.
    public var responseLimit: Int { max(128 * requestLimit, ResponseLimits.count.upperBound) }

    /// Tokens that a policy's key/value memory holds at `bytes` per token: at least two blocks' worth.
    func keyValueTokens(each bytes: Int) -> Int { max(keyValueBytes / bytes, 2 * BlockPool.blockTokens) }

    public init(threads: Int? = nil, keyValueBytes: Int? = nil) {
        self.threads = threads ?? Self.processorCount
        self.keyValueBytes = keyValueBytes ?? MachineMemory.limit.bytes / 4
    }

    /// The number of active processors.
    public static var processorCount: Int {
        ProcessInfo.processInfo.activeProcessorCount
    }
}
