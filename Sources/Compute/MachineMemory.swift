import Foundation

/// Bytes of memory that this process may have.
public enum MachineMemory {
    /// The limit that applies.
    public enum Bound: Sendable, Equatable {
        case machine
        /// A control group, as containers are.
        case container
        /// `ulimit -v`.
        case addressSpace
        /// `ulimit -d`.
        case data
    }

    /// The least of what the machine has and of the limits that are set for this process.
    ///
    /// Read anew each time: limits can be changed while a process runs.
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

    /// Bytes of memory of the machine.
    public static var installed: Int { Int(clamping: ProcessInfo.processInfo.physicalMemory) }

    private static func processLimit(_ resource: __rlimit_resource) -> Int? {
        var limit = rlimit()
        let status = getrlimit(__rlimit_resource_t(resource.rawValue), &limit)
        // No limit is the largest number there is.
        guard status == 0, limit.rlim_cur != .max else { return nil }
        return Int(clamping: limit.rlim_cur)
    }

    /// The smallest limit of the control groups this process is in.
    ///
    /// - Parameters:
    ///   - groups: A file that lists them, as `/proc/self/cgroup` does: `0::/path` for version 2,
    ///     `4:memory:/path` for version 1.
    ///   - root: Where they are mounted.
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

    /// The limits of a group and of those it is in. A container may see its own group as the root, or under the path
    /// that it has outside.
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
