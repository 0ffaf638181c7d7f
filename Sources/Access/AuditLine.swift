internal import JSONCoding

/// Shortens an entry for the audit trail: callers choose its texts, and must not be able to make it long.
enum AuditLine {
    /// The most bytes of a text as it is written, what is escaped included.
    static let valueBytes = 256
    /// The most elements of a list, and members of an object.
    static let elements = 16
    /// The most bytes of a line.
    static let bytes = 4096

    /// Stands at the end of what was cut.
    private static let mark = "…"

    /// The value with its texts and lists cut.
    static func bounded(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(bounded(text))
        case .array(let elements):
            .array(
                elements.prefix(Self.elements).map(bounded)
                    + (elements.count > Self.elements ? [.string(mark)] : []))
        case .object(let members):
            .object(members.prefix(Self.elements).map { JSONMember(key: bounded($0.key), value: bounded($0.value)) })
        default: value
        }
    }

    private static func bounded(_ text: String) -> String {
        var bytes = 0
        for index in text.unicodeScalars.indices {
            bytes += writtenBytes(text.unicodeScalars[index])
            if bytes > valueBytes { return String(text.unicodeScalars[..<index]) + mark }
        }
        return text
    }

    /// How many bytes a scalar takes: `JSONWriter` writes control characters as `\u0001`.
    private static func writtenBytes(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case ..<0x20, 0x7F..<0xA0: 6
        case 0x22, 0x5C: 2
        default: scalar.utf8.count
        }
    }

    /// An entry's line, without the end of it. Members that would make it too long are left out, and it says so.
    static func line(_ entry: JSONValue) -> [UInt8] {
        let entry = bounded(entry)
        let whole = entry.bytes()
        guard whole.count > bytes, case .object(let members) = entry else { return whole }
        var kept: [JSONMember] = [], length = 0
        for member in members {
            let size = JSONValue.object([member]).bytes().count
            guard length + size <= bytes - 32 else { continue }
            kept.append(member)
            length += size
        }
        return JSONValue.object(kept + [JSONMember(key: "cut", value: .bool(true))]).bytes()
    }
}
