import Foundation

/// Memory of this process, in bytes.
package enum ProcessMemory {
    package static var resident: Int { field("VmRSS") }
    /// The peak since `resetPeak`.
    package static var peak: Int { field("VmHWM") }

    /// Restarts peak tracking. Returns whether the system allows it.
    package static func resetPeak() -> Bool {
        (try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .ascii)) != nil
    }

    private static func field(_ name: String) -> Int {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return 0 }
        for line in status.split(separator: "\n") where line.hasPrefix(name + ":") {
            return (line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
        }
        return 0
    }
}
