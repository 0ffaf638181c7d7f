import Basics
import Compute
import Foundation
import Policy

/// How an engine uses its machine.
public struct EngineConfiguration: Sendable, Hashable {
    /// Compute threads. Default: the processors this process may run on.
    public var threads: Int
    /// Bytes of key/value memory per policy, resident only as far as it is used. Default: a quarter of what this process
    /// may have.
    public var keyValueBytes: Int
    /// Tokens one scheduler step computes when prompts are waiting: decoding sequences first, then prompt chunks.
    public var stepTokens = 512
    /// Sequences that are computed at the same time, per policy.
    public var maxSequences = 512
    /// Requests in flight or waiting, all policies together; more are refused.
    public var requestLimit = 1024

    /// Responses of those requests together; more are refused. A request of as many as one may ask for always fits alone,
    /// and a training job's requests leave room for others.
    public var responseLimit: Int { max(128 * requestLimit, ResponseLimits.count.upperBound) }

    /// Tokens that the key/value memory of a policy holds, at so many bytes each: at least those of two blocks.
    func keyValueTokens(each bytes: Int) -> Int { max(keyValueBytes / bytes, 2 * BlockPool.blockTokens) }

    public init(threads: Int? = nil, keyValueBytes: Int? = nil) {
        self.threads = threads ?? Self.processorCount
        self.keyValueBytes = keyValueBytes ?? MachineMemory.limit.bytes / 4
    }

    /// Processors of this machine that are in service.
    public static var processorCount: Int {
        ProcessInfo.processInfo.activeProcessorCount
    }
}
