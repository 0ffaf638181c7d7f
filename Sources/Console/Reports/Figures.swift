import Foundation

/// Formats numbers for people.
package enum Figures {
    /// Three significant digits, without an exponent if that is short: `0.0123`, `4.50`, `120`.
    package static func brief(_ value: some BinaryFloatingPoint) -> String {
        let value = Double(value)
        guard value.isFinite else { return "–" }
        switch abs(value) {
        case 0: return "0"
        case ..<0.0001: return String(format: "%.0e", value)
        case ..<0.1: return String(format: "%.4f", value)
        case ..<10: return String(format: "%.3f", value)
        case ..<100: return String(format: "%.1f", value)
        default: return String(format: "%.0f", value)
        }
    }

    /// `1,234,567`.
    package static func grouped(_ value: some BinaryInteger) -> String {
        let digits = String(value.magnitude)
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { result += "," }
            result.append(digit)
        }
        return value < 0 ? "-" + result : result
    }

    /// `494M`, `1.5B`, as is usual for parameter counts.
    package static func parameters(_ count: Int64) -> String {
        switch count {
        case 1_000_000_000...: String(format: "%.1fB", Double(count) / 1e9)
        case 10_000_000...: String(format: "%.0fM", Double(count) / 1e6)
        case 1_000_000...: String(format: "%.1fM", Double(count) / 1e6)
        case 1000...: String(format: "%.0fK", Double(count) / 1e3)
        default: String(count)
        }
    }

    /// `988 MiB`.
    package static func bytes(_ count: some BinaryInteger) -> String {
        var value = Double(count)
        for unit in ["B", "KiB", "MiB", "GiB"] {
            if value < 1024 { return String(format: value < 10 && unit != "B" ? "%.1f %@" : "%.0f %@", value, unit) }
            value /= 1024
        }
        return String(format: "%.1f TiB", value)
    }

    /// `0.42 s`, `3 min 20 s`.
    package static func seconds(_ value: Double) -> String {
        switch value {
        case ..<0.1: String(format: "%.0f ms", value * 1000)
        case ..<10: String(format: "%.2f s", value)
        case ..<120: String(format: "%.0f s", value)
        case ..<1e9: "\(Int(value) / 60) min \(Int(value) % 60) s"
        default: brief(value) + " s"
        }
    }

    /// `1 step`, `2 steps`.
    package static func count(_ number: some BinaryInteger, _ noun: String) -> String {
        "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
    }
}
