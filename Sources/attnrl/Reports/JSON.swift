import Foundation

/// A JSON value whose fields keep the order they were given in, so that output reads as it was designed.
indirect enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case whole(Int64)
    case unsigned(UInt64)
    case number(Double)
    /// Written with as many digits as a Float needs.
    case float(Float)
    case string(String)
    case array([JSON])
    case object([Field])

    struct Field: Sendable, Equatable {
        let name: String
        let value: JSON
    }

    /// An object without the fields that are nil.
    static func fields(_ fields: KeyValuePairs<String, JSON?>) -> JSON {
        .object(fields.compactMap { name, value in value.map { Field(name: name, value: $0) } })
    }

    static func integer(_ value: some BinaryInteger) -> JSON {
        Int64(exactly: value).map { .whole($0) } ?? .unsigned(UInt64(clamping: value))
    }
    static func integers(_ values: some Sequence<some BinaryInteger>) -> JSON { .array(values.map { .integer($0) }) }
    static func floats(_ values: some Sequence<Float>) -> JSON { .array(values.map { .float($0) }) }

    /// The same object with further fields at its end.
    func adding(_ fields: KeyValuePairs<String, JSON?>) -> JSON {
        guard case .object(let own) = self, case .object(let further) = Self.fields(fields) else { return self }
        return .object(own + further)
    }

    /// On one line.
    var compact: String {
        var text = ""
        write(to: &text, indent: nil)
        return text
    }

    /// Over several lines; arrays of plain values stay on one.
    var pretty: String {
        var text = ""
        write(to: &text, indent: 0)
        return text
    }
}

extension JSON {
    private func write(to text: inout String, indent: Int?) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .whole(let value): text += String(value)
        case .unsigned(let value): text += String(value)
        case .number(let value): text += value.isFinite ? "\(value)" : "null"
        case .float(let value): text += value.isFinite ? "\(value)" : "null"
        case .string(let value): Self.quote(value, to: &text)
        case .array(let values):
            let isFlat = values.allSatisfy(\.isPlain)
            Self.list(values, between: ("[", "]"), to: &text, indent: isFlat ? nil : indent) { value, text, indent in
                value.write(to: &text, indent: indent)
            }
        case .object(let fields):
            Self.list(fields, between: ("{", "}"), to: &text, indent: indent) { field, text, indent in
                Self.quote(field.name, to: &text)
                text += indent == nil ? ":" : ": "
                field.value.write(to: &text, indent: indent)
            }
        }
    }

    private var isPlain: Bool {
        switch self {
        case .array, .object: false
        default: true
        }
    }

    private static func list<Element>(
        _ elements: [Element], between brackets: (String, String), to text: inout String, indent: Int?,
        _ write: (Element, inout String, Int?) -> Void
    ) {
        text += brackets.0
        for (index, element) in elements.enumerated() {
            if index > 0 { text += "," }
            if let indent { text += "\n" + String(repeating: "  ", count: indent + 1) }
            write(element, &text, indent.map { $0 + 1 })
        }
        if let indent, !elements.isEmpty { text += "\n" + String(repeating: "  ", count: indent) }
        text += brackets.1
    }

    /// Also escapes the control characters that JSON lets pass, for readers who print what they got.
    private static func quote(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                text += String(format: "\\u%04x", scalar.value)
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
