import Compute
package import Console
import Foundation
import Rollouts

/// Checks what this machine can do.
package enum MachineChecks {
    package static func all() -> [Check] { [processor(), precision(), threads(), memory()] }

    private static func processor() -> Check {
        let set = InstructionSet.current
        let name = field("model name", in: "/proc/cpuinfo").map { "\($0), " } ?? ""
        guard set >= .avx2 else {
            return .fail(
                "processor", "\(name)without AVX2 and FMA",
                "Models cannot be computed here. Use an x86-64 processor made after 2013.")
        }
        return .ok("processor", "\(name)\(set)")
    }

    private static func precision() -> Check {
        let half = Precision.automatic(storedIn16Bits: true)
        guard half == .float32 else {
            return .ok("precision", "\(half.rawValue) for models stored in 16 bits, float32 for others")
        }
        return .warn(
            "precision", "float32 for all models",
            "This processor does not multiply bfloat16. Models work, with twice the memory and half the speed.")
    }

    private static func threads() -> Check {
        let count = EngineConfiguration.processorCount
        guard let allowed = processorQuota(), allowed < Double(count) else {
            return .ok("threads", Figures.count(count, "compute thread"))
        }
        return .warn(
            "threads",
            "\(Figures.count(count, "compute thread")), but the container may use \(Figures.brief(allowed)) "
                + "processors",
            "Serve with --threads \(max(Int(allowed), 1)); more threads than processors wait for each other.")
    }

    private static func memory() -> Check {
        let (total, bound) = MachineMemory.limit
        let cache = EngineConfiguration().keyValueBytes
        let free = field("MemAvailable", in: "/proc/meminfo").flatMap { Int($0.prefix { $0.isNumber }) }
            .map { $0 * 1024 }
        let finding =
            "\(Figures.bytes(total))\(allowance(bound))" + (free.map { ", \(Figures.bytes($0)) available" } ?? "")
            + "; key/value cache \(Figures.bytes(cache)) unless --kv-cache says otherwise"
        guard let free, free < cache else { return .ok("memory", finding) }
        return .warn("memory", finding, "Serve with a smaller --kv-cache, or stop other programs.")
    }

    /// What prevents this process from using all of the machine's memory.
    private static func allowance(_ bound: MachineMemory.Bound) -> String {
        let cause: String
        switch bound {
        case .machine: return ""
        case .container: cause = "the container"
        case .addressSpace: cause = "`ulimit -v`"
        case .data: cause = "`ulimit -d`"
        }
        return " allowed by \(cause), of \(Figures.bytes(MachineMemory.installed))"
    }

    /// The number of processors' worth of time that a container may use: cgroup version 2's `cpu.max`.
    private static func processorQuota() -> Double? {
        guard let text = try? String(contentsOfFile: "/sys/fs/cgroup/cpu.max", encoding: .utf8) else { return nil }
        let numbers = text.split(whereSeparator: \.isWhitespace).map { Double($0) }
        guard numbers.count == 2, let quota = numbers[0], let period = numbers[1], period > 0 else { return nil }
        return quota / period
    }

    /// The value of the first `name : value` line of a file.
    private static func field(_ name: String, in file: String) -> String? {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else { return nil }
        return line.split(separator: ":", maxSplits: 1).last?.trimmingCharacters(in: .whitespaces)
    }
}
