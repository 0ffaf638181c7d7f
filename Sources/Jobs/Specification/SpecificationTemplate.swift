/// A specification to start from.
public enum SpecificationTemplate {
    private static let width = 100

    /// All fields of a kind in YAML, each with its default and a comment explaining it.
    ///
    /// Fields that are unset by default are commented out.
    public static func yaml(kind: JobKind) -> String {
        var lines: [String] = []
        var open: [Substring] = []
        for row in FieldTable.rows where row.kinds.contains(kind) {
            let parts = row.path.split(separator: ".")
            let sections = Array(parts.dropLast())
            let shared = zip(sections, open).prefix { $0 == $1 }.count
            for depth in shared..<max(sections.count, shared) {
                if depth == 0 { lines.append("") }
                lines.append(indent(depth) + sections[depth] + ":")
            }
            open = sections
            lines += comment(row, indent(sections.count))
            lines.append(indent(sections.count) + assignment(row, name: parts.last ?? "", kind))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func indent(_ depth: Int) -> String { String(repeating: "  ", count: depth) }

    private static func assignment(_ row: FieldRow, name: Substring, _ kind: JobKind) -> String {
        if row.path == "kind" { return "kind: \(kind.rawValue)" }
        guard let value = JobSpecification(kind: kind).value.value(at: row.path), row.source != .required else {
            return row.source == .required ? "\(name): \"\"" : "# \(name):"
        }
        return "\(name): \(SpecificationText.inline(value))"
    }

    private static func comment(_ row: FieldRow, _ indent: String) -> [String] {
        let choices = row.type.hasPrefix("one of ") ? " \(row.type.prefix(1).uppercased() + row.type.dropFirst())." : ""
        let range = row.range.isEmpty ? "" : " \(row.range.prefix(1).uppercased() + row.range.dropFirst())."
        var lines: [String] = []
        var line = indent + "#"
        for word in (row.meaning + choices + range).split(separator: " ") {
            if line.count + word.count + 1 > width {
                lines.append(line)
                line = indent + "#"
            }
            line += " " + word
        }
        return lines + [line]
    }
}

extension SpecificationValue {
    /// The value at a path such as `optimizer.learning_rate`.
    fileprivate func value(at path: String) -> SpecificationValue? {
        path.split(separator: ".").reduce(Optional(self)) { value, name in value?.field(String(name)) }
    }
}
