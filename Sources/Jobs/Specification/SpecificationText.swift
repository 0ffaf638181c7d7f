internal import Foundation
internal import Yams

/// Specifications as text: YAML, or JSON, which is nearly a part of YAML.
public enum SpecificationText {
    /// Longest text that is read: a specification has some tens of short fields.
    static let byteLimit = 1 << 20
    /// Most values in a text: with aliases, a short one can stand for billions.
    static let valueLimit = 10_000

    /// Reads a specification.
    ///
    /// - Throws: `SpecificationProblems` with the place of what is no YAML and no JSON.
    public static func parse(_ text: String) throws(SpecificationProblems) -> SpecificationValue {
        guard text.utf8.count <= byteLimit else {
            throw SpecificationProblems(
                path: "",
                "The specification has \(text.utf8.count) bytes. Give at most \(byteLimit); data belongs "
                    + "into a file that data.train names.")
        }
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            // JSON has escapes that YAML refuses: pairs of \u for one character.
            if let value = json(text) { return value }
            throw SpecificationProblems(path: "", "This is neither YAML nor JSON. \(error)")
        }
        guard let node else { return .section([]) }
        var budget = valueLimit
        return try value(of: node, &budget)
    }

    /// One value as `--set path=value` has it.
    public static func parseValue(_ text: String) throws(SpecificationProblems) -> SpecificationValue {
        text.isEmpty ? .text("") : try parse(text)
    }

    // MARK: YAML

    private static func value(of node: Node, _ budget: inout Int) throws(SpecificationProblems) -> SpecificationValue {
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
            for item in sequence { values.append(try value(of: item, &budget)) }
            return .list(values)
        case .mapping(let mapping):
            var entries: [SpecificationValue.Entry] = []
            for (key, item) in mapping { entries.append(.init(key.scalar?.string ?? "", try value(of: item, &budget))) }
            return .section(entries)
        case .alias: return .null
        }
    }

    /// What a word without quotes means.
    ///
    /// YAML 1.1 as Yams reads it takes `1e-6` for text, for want of a point, and `no` for a truth value; neither is
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
        try? JSONDecoder().decode(JSONForm.self, from: Data(text.utf8)).value
    }

    /// Any JSON value.
    private struct JSONForm: Decodable {
        let value: SpecificationValue

        private struct Name: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            if let fields = try? decoder.container(keyedBy: Name.self) {
                value = .section(
                    try fields.allKeys.map { .init($0.stringValue, try fields.decode(JSONForm.self, forKey: $0).value) }
                )
            } else if var items = try? decoder.unkeyedContainer() {
                var list: [SpecificationValue] = []
                while !items.isAtEnd { list.append(try items.decode(JSONForm.self).value) }
                value = .list(list)
            } else {
                value = try Self.plain(decoder.singleValueContainer())
            }
        }

        private static func plain(_ container: any SingleValueDecodingContainer) throws -> SpecificationValue {
            if container.decodeNil() { return .null }
            if let flag = try? container.decode(Bool.self) { return .flag(flag) }
            if let whole = try? container.decode(Int64.self) { return .whole(whole) }
            if let large = try? container.decode(UInt64.self) { return .large(large) }
            if let number = try? container.decode(Double.self) { return .number(number) }
            return .text(try container.decode(String.self))
        }
    }
}
