internal import JSONCoding
internal import Yams

/// Specifications as text: YAML, or JSON, which is nearly a subset of YAML.
public enum SpecificationText {
    /// The longest text accepted: a specification has some tens of short fields.
    static let byteLimit = 1 << 20
    /// The most values in a text: with aliases, a short text can expand to billions.
    static let valueLimit = 10_000
    /// The deepest nesting of values: fields are one or two sections deep.
    private static let depthLimit = 64
    /// The most aliases (`*name`) in a text. They are expanded before values can be counted, and a few dozen that
    /// repeat each other yield billions.
    private static let aliasLimit = 24

    /// Reads a specification.
    ///
    /// - Throws: `SpecificationProblems` with the position of text that is neither YAML nor JSON.
    public static func parse(_ text: String) throws(SpecificationProblems) -> SpecificationValue {
        guard text.utf8.count <= byteLimit else {
            throw SpecificationProblems(
                path: "",
                "The specification has \(text.utf8.count) bytes. Give at most \(byteLimit); data belongs "
                    + "into a file that data.train names.")
        }
        guard aliases(in: text) <= aliasLimit else {
            throw SpecificationProblems(
                path: "",
                "The specification repeats values by more than \(aliasLimit) aliases (*name). Write the values instead."
            )
        }
        let node: Node?
        do {
            // Otherwise an environment variable would choose the encoding.
            node = try Yams.compose(yaml: text, .default, .default, .utf8)
        } catch {
            // JSON has escapes that YAML rejects: \u surrogate pairs.
            if let value = json(text) { return value }
            throw SpecificationProblems(path: "", "This is neither YAML nor JSON. \("\(error)".prefix(1000))")
        }
        guard let node else { return .section([]) }
        var budget = valueLimit
        return try value(of: node, depth: 0, &budget)
    }

    /// An upper bound on a text's aliases: words that begin with `*`, or 0 if nothing has an anchor to refer to.
    private static func aliases(in text: String) -> Int {
        var aliases = 0, names = 0
        var isStart = true
        for byte in text.utf8 {
            if isStart, byte == UInt8(ascii: "*") { aliases += 1 }
            if isStart, byte == UInt8(ascii: "&") { names += 1 }
            isStart = endsWord(byte)
        }
        return names == 0 ? 0 : aliases
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        switch Unicode.Scalar(byte) {
        case " ", "\t", "\r", "\n", "[", "]", "{", "}", ",", ":", "?", "-": true
        default: false
        }
    }

    /// Parses one value as written in `--set path=value`.
    public static func parseValue(_ text: String) throws(SpecificationProblems) -> SpecificationValue {
        text.isEmpty ? .text("") : try parse(text)
    }

    // MARK: YAML

    private static func value(
        of node: Node, depth: Int, _ budget: inout Int
    ) throws(SpecificationProblems) -> SpecificationValue {
        guard depth <= depthLimit else {
            throw SpecificationProblems(
                path: "", "The specification nests deeper than \(depthLimit) levels. Fields lie in sections, two deep.")
        }
        budget -= 1
        guard budget >= 0 else {
            throw SpecificationProblems(
                path: "",
                "The specification has more than \(valueLimit) values. It needs some tens; do aliases (*name) "
                    + "repeat each other?")
        }
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain || scalar.style == .any
            return isPlain ? plain(scalar.string) : .text(scalar.string)
        case .sequence(let sequence):
            var values: [SpecificationValue] = []
            for item in sequence { values.append(try value(of: item, depth: depth + 1, &budget)) }
            return .list(values)
        case .mapping(let mapping):
            var entries: [SpecificationValue.Entry] = []
            for (key, item) in mapping {
                entries.append(.init(key.scalar?.string ?? "", try value(of: item, depth: depth + 1, &budget)))
            }
            return .section(entries)
        case .alias: return .null
        }
    }

    /// The meaning of an unquoted word.
    ///
    /// YAML 1.1 as Yams reads it takes `1e-6`, which has no decimal point, for text, and `no` for a boolean; neither is
    /// what people mean here.
    static func plain(_ text: String) -> SpecificationValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .flag(true)
        case "false", "False", "FALSE": return .flag(false)
        default: break
        }
        if let whole = Int64(text) { return .whole(whole) }
        if let large = UInt64(text) { return .large(large) }
        if [".inf", "+.inf"].contains(text) { return .number(.infinity) }
        if text == "-.inf" { return .number(-.infinity) }
        if text == ".nan" { return .number(.nan) }
        let isNumeric = text.utf8.allSatisfy {
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || "+-.eE".utf8.contains($0)
        }
        if isNumeric, let number = Double(text) { return .number(number) }
        return .text(text)
    }

    // MARK: JSON

    private static func json(_ text: String) -> SpecificationValue? {
        (try? JSONReader.parse(Array(text.utf8))).map(value)
    }

    /// JSON nests no deeper than `JSONReader` allows.
    private static func value(of json: JSONValue) -> SpecificationValue {
        switch json {
        case .null: .null
        case .bool(let flag): .flag(flag)
        case .integer(let number): .whole(Int64(number))
        case .unsigned(let number): .large(number)
        case .number(let number): .number(number)
        case .float(let number): .number(Double(number))
        case .string(let text): .text(text)
        case .array(let values): .list(values.map(value))
        case .object(let members): .section(members.map { .init($0.key, value(of: $0.value)) })
        }
    }
}
