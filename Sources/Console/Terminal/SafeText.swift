import Foundation

/// Sanitises text of unknown origin for display: a model's output must not control the terminal.
package enum SafeText {
    /// Replaces control characters and marks that reverse the text direction with visible escapes.
    ///
    /// Line breaks and tabs are kept; a carriage return before a line break is removed.
    package static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isDangerous) else { return text }
        var result = ""
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            if scalar == "\r", index + 1 < scalars.count, scalars[index + 1] == "\n" { continue }
            result += isDangerous(scalar) ? escape(scalar) : String(scalar)
        }
        return result
    }

    /// Like `escaped`, but on one line: line breaks and tabs are shown as `\n` and `\t`.
    package static func singleLine(_ text: String) -> String {
        escaped(text).replacingOccurrences(of: "\n", with: "\\n").replacingOccurrences(of: "\t", with: "\\t")
    }

    /// Like `singleLine`, but without white space at the ends.
    package static func excerpt(_ text: String) -> String {
        singleLine(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0x00...0x1F, 0x7F...0x9F: true
        case 0x200E, 0x200F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\r": "\\r"
        case "\u{1B}": "\\e"
        default:
            scalar.value < 0x100
                ? String(format: "\\x%02x", scalar.value) : String(format: "\\u{%04x}", scalar.value)
        }
    }
}

extension SafeText {
    /// Like `escaped`, but with tabs as spaces, for text laid out in columns.
    package static func shown(_ text: String) -> String {
        escaped(text).replacingOccurrences(of: "\t", with: "    ")
    }
}
