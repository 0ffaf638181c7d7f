import Foundation
import Guarding

/// The memory, in bytes, that this process may use.
public enum MachineMemory {
    /// What sets the limit.
    public enum Bound: Sendable, Equatable {
        case machine
        /// A control group, such as a container's.
        case container
        /// `ulimit -v`.
        case addressSpace
        /// `ulimit -d`.
        case data
    }

    /// The smallest of the machine's memory and this process's limits.
    ///
    /// Read again each time: limits can change while a process runs.
    public static var limit: (bytes: Int, bound: Bound) {
        let limits: [(bytes: Int?, bound: Bound)] = [
            (containerLimit(), .container), (processLimit(RLIMIT_AS), .addressSpace),
            (processLimit(RLIMIT_DATA), .data),
        ]
        return limits.reduce((installed, .machine)) { least, limit in
            guard let bytes = limit.bytes, bytes < least.bytes else { return least }
            return (bytes, limit.bound)
        }
    }

    /// What this process can take more, about: what the machine has left, and what its own limit leaves it.
    public static var free: Int {
        let left = max(0, limit.bytes - ProcessMemory.resident)
        return min(left, field("MemAvailable", of: "/proc/meminfo") ?? left)
    }

    /// Bytes of large allocations that are being made.
    private static let reserved = Guarded(0)

    /// Makes a large allocation, unless it does not fit beside others that are being made. The system would promise the
    /// memory, and end the process while it is filled.
    ///
    /// - Throws: `MemoryError` if `bytes` are not free; what `body` throws.
    public static func reserving<Result>(_ bytes: Int, _ body: () throws -> Result) throws -> Result {
        let free = free
        let fits = reserved.withLock { reserved in
            guard bytes <= free - reserved else { return false }
            reserved += bytes
            return true
        }
        guard fits else { throw MemoryError(byteCount: bytes, free: free) }
        defer { reserved.withLock { $0 -= bytes } }
        return try body()
    }

    /// The machine's memory in bytes.
    public static var installed: Int { Int(clamping: ProcessInfo.processInfo.physicalMemory) }

    private static func processLimit(_ resource: __rlimit_resource) -> Int? {
        var limit = rlimit()
        let status = getrlimit(__rlimit_resource_t(resource.rawValue), &limit)
        // The largest value means no limit.
        guard status == 0, limit.rlim_cur != .max else { return nil }
        return Int(clamping: limit.rlim_cur)
    }

    /// The smallest limit of the control groups that contain this process.
    ///
    /// - Parameters:
    ///   - groups: A file that lists them in the format of `/proc/self/cgroup`: `0::/path` for version 2,
    ///     `4:memory:/path` for version 1.
    ///   - root: Their mount point.
    static func containerLimit(
        groups: String = "/proc/self/cgroup", root: String = "/sys/fs/cgroup"
    ) -> Int? {
        guard let listed = try? String(contentsOfFile: groups, encoding: .utf8) else { return nil }
        let limits = listed.split(separator: "\n").flatMap { line -> [Int] in
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return [] }
            if parts[1].isEmpty { return Self.limits(root, String(parts[2]), "memory.max") }
            guard parts[1].split(separator: ",").contains("memory") else { return [] }
            return Self.limits(root + "/memory", String(parts[2]), "memory.limit_in_bytes")
        }
        return limits.min()
    }

    /// The limits of a group and its ancestors. A container may see its own group as the root, or under its path
    /// outside.
    private static func limits(_ root: String, _ path: String, _ file: String) -> [Int] {
        var folders = [root], folder = root
        for part in path.split(separator: "/") {
            folder += "/" + part
            folders.append(folder)
        }
        return folders.compactMap { folder in
            (try? String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8))
                .flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }
    }
}
