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

    private static func field(_ name: String) -> Int { MachineMemory.field(name, of: "/proc/self/status") ?? 0 }
}

extension MachineMemory {
    /// A number of kilobytes in a file of lines such as `MemAvailable:  123 kB`, in bytes.
    static func field(_ name: String, of file: String) -> Int? {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
        return kilobytes.flatMap { $0.multipliedReportingOverflow(by: 1024) }.flatMap {
            $0.overflow ? nil : $0.partialValue
        }
    }
}
