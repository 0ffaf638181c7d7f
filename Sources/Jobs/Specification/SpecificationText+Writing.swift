internal import Foundation

extension SpecificationText {
    /// In YAML: sections as blocks, lists on one line.
    public static func yaml(_ value: SpecificationValue) -> String {
        guard case .section(let entries) = value, !entries.isEmpty else { return inline(value) + "\n" }
        return yaml(entries, indent: "")
    }

    private static func yaml(_ entries: [SpecificationValue.Entry], indent: String) -> String {
        entries.map { entry in
            if case .section(let children) = entry.value, !children.isEmpty {
                return "\(indent)\(entry.name):\n" + yaml(children, indent: indent + "  ")
            }
            return "\(indent)\(entry.name): \(inline(entry.value))\n"
        }.joined()
    }

    /// In JSON, which is YAML as well, over several lines.
    public static func json(_ value: SpecificationValue) -> String { json(value, indent: "") + "\n" }

    private static func json(_ value: SpecificationValue, indent: String) -> String {
        guard case .section(let entries) = value, !entries.isEmpty else { return inline(value, quotesAll: true) }
        let fields = entries.map { "\(indent)  \(quoted($0.name)): \(json($0.value, indent: indent + "  "))" }
        return "{\n" + fields.joined(separator: ",\n") + "\n\(indent)}"
    }

    /// On one line.
    static func inline(_ value: SpecificationValue) -> String { inline(value, quotesAll: false) }

    private static func inline(_ value: SpecificationValue, quotesAll: Bool) -> String {
        switch value {
        case .null: "null"
        case .flag(let flag): "\(flag)"
        case .whole(let number): "\(number)"
        case .large(let number): "\(number)"
        case .number(let number): Int64(exactly: number).map { "\($0)" } ?? "\(number)"
        case .text(let text): quotesAll || !isPlainWord(text) ? quoted(text) : text
        case .list(let values): "[" + values.map { inline($0, quotesAll: quotesAll) }.joined(separator: ", ") + "]"
        case .section(let entries):
            "{"
                + entries.map { "\(quoted($0.name)): \(inline($0.value, quotesAll: quotesAll))" }
                .joined(separator: ", ") + "}"
        }
    }

    /// Whether YAML reads the unquoted word as itself, wherever it appears.
    private static func isPlainWord(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first), SpecificationText.plain(text) == .text(text) else {
            return false
        }
        // Older readers interpret these as booleans.
        if ["y", "n", "yes", "no", "on", "off"].contains(text.lowercased()) { return false }
        return text.utf8.allSatisfy {
            isLetter($0) || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || "_-./".utf8.contains($0)
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
    }

    /// Double-quoted, with the escapes that JSON and YAML share.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            // C1 controls, line separators and the byte order mark too: YAML treats some as line breaks.
            case _
            where scalar.value < 0x20 || 0x7F...0x9F ~= scalar.value || [0x2028, 0x2029, 0xFEFF].contains(scalar.value):
                result += String(format: "\\u%04x", scalar.value)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
