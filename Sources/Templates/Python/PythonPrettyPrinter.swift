internal import OrderedCollections

/// Formats values over several lines, as Python's `pprint` does: at most 80 characters per line if possible, and
/// dictionaries sorted by key.
struct PythonPrettyPrinter {
    private let runtime: PythonRuntime
    private static let width = 80

    init(_ runtime: PythonRuntime) { self.runtime = runtime }

    func write(_ value: PythonValue) throws -> String {
        var text = ""
        try runtime.charge(for: value)
        try write(value, into: &text, indent: 0, allowance: 0, level: 1)
        return text
    }

    private func write(
        _ value: PythonValue, into text: inout String, indent: Int, allowance: Int, level: Int
    ) throws {
        let short = try runtime.representation(of: try inOrder(value))
        guard short.unicodeScalars.count > Self.width - indent - allowance else {
            text += short
            return
        }
        switch value {
        case .dictionary(let dictionary) where !dictionary.isEmpty:
            text += "{"
            try write(try entries(of: dictionary), into: &text, indent: indent, allowance: allowance + 1, level: level)
            text += "}"
        case .list(let list) where !list.elements.isEmpty:
            text += "["
            try write(list.elements, into: &text, indent: indent, allowance: allowance + 1, level: level)
            text += "]"
        case .tuple(let tuple) where !tuple.elements.isEmpty && !tuple.isGroup:
            let end = tuple.elements.count == 1 ? ",)" : ")"
            text += "("
            try write(tuple.elements, into: &text, indent: indent, allowance: allowance + end.count, level: level)
            text += end
        case .string(let string) where !string.isEmpty:
            try write(string, into: &text, indent: indent, allowance: allowance, level: level)
        default: text += short
        }
        try runtime.checkSize(bytes: text.utf8.count)
    }

    private func write(
        _ elements: [PythonValue], into text: inout String, indent: Int, allowance: Int, level: Int
    ) throws {
        for (index, element) in elements.enumerated() {
            if index > 0 { text += ",\n" + String(repeating: " ", count: indent + 1) }
            let isLast = index == elements.count - 1
            try write(element, into: &text, indent: indent + 1, allowance: isLast ? allowance : 1, level: level + 1)
        }
    }

    private func write(
        _ entries: [(key: PythonValue, value: PythonValue)], into text: inout String, indent: Int, allowance: Int,
        level: Int
    ) throws {
        for (index, entry) in entries.enumerated() {
            if index > 0 { text += ",\n" + String(repeating: " ", count: indent + 1) }
            let key = try runtime.representation(of: entry.key)
            text += key + ": "
            try write(
                entry.value, into: &text, indent: indent + 1 + key.unicodeScalars.count + 2,
                allowance: index == entries.count - 1 ? allowance : 1, level: level + 1)
        }
    }

    // MARK: Order

    private func entries(of dictionary: PythonDictionary) throws -> [(key: PythonValue, value: PythonValue)] {
        let entries = dictionary.contents.map { (key: $0.key.value, value: $0.value) }
        // Keys of kinds that cannot be compared are sorted by the names of their kinds.
        let kinds = Dictionary(grouping: entries) { Self.kind($0.key) }.sorted { $0.key < $1.key }
        // Keys that cannot be ordered keep their order.
        return kinds.flatMap { _, entries in (try? runtime.sorted(entries) { $0.key }) ?? entries }
    }

    /// The name of a key's type in Python, with one shared name for types whose values can be compared.
    private static func kind(_ key: PythonValue) -> String {
        switch key {
        case .none: "NoneType"
        case .bool, .integer, .big, .float: "int"
        case .string, .markup: "str"
        case .undefined: "jinja2.runtime.Undefined"
        default: key.kind
        }
    }

    private func inOrder(_ value: PythonValue) throws -> PythonValue {
        switch value {
        case .dictionary(let dictionary):
            try runtime.dictionary(try entries(of: dictionary).map { ($0.key, try inOrder($0.value)) })
        case .list(let list): try runtime.list(try list.elements.map(inOrder))
        case .tuple(let tuple): try runtime.tuple(try tuple.elements.map(inOrder))
        default: value
        }
    }

    // MARK: Strings

    /// Writes a long string as several, split at lines and spaces.
    private func write(
        _ string: String, into text: inout String, indent: Int, allowance: Int, level: Int
    ) throws {
        let (indent, allowance) = level == 1 ? (indent + 1, allowance + 1) : (indent, allowance)
        let lines = PythonText.lines(string, keepsEnds: true)
        var chunks: [String] = []
        for (index, line) in lines.enumerated() {
            let isLast = index == lines.count - 1
            let whole = PythonText.quoted(line)
            if whole.unicodeScalars.count <= Self.width - indent - (isLast ? allowance : 0) {
                chunks.append(whole)
            } else {
                chunks += try cut(
                    line, width: Self.width - indent, lastWidth: Self.width - indent - (isLast ? allowance : 0))
            }
        }
        let joined = chunks.joined(separator: "\n" + String(repeating: " ", count: indent))
        text += level == 1 && chunks.count > 1 ? "(\(joined))" : joined
    }

    private func cut(_ line: String, width: Int, lastWidth: Int) throws -> [String] {
        var parts: [String] = [], part = String.UnicodeScalarView()
        var endsInSpace = false
        for scalar in line.unicodeScalars {
            if endsInSpace, !scalar.isPythonSpace {
                parts.append(String(part))
                part = String.UnicodeScalarView()
            }
            part.append(scalar)
            endsInSpace = scalar.isPythonSpace
        }
        parts.append(String(part))
        var chunks: [String] = [], current = ""
        for (index, part) in parts.enumerated() {
            let candidate = current + part
            try runtime.charge(bytes: candidate.utf8.count)
            if PythonText.quoted(candidate).unicodeScalars.count > (index == parts.count - 1 ? lastWidth : width) {
                if !current.isEmpty { chunks.append(PythonText.quoted(current)) }
                current = part
            } else {
                current = candidate
            }
        }
        return current.isEmpty ? chunks : chunks + [PythonText.quoted(current)]
    }
}
