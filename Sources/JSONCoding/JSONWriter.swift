extension JSONValue {
    /// The JSON on one line.
    package var compact: String { String(decoding: bytes(), as: UTF8.self) }

    /// The JSON over several lines; arrays of plain values stay on one.
    package var pretty: String { String(decoding: bytes(pretty: true), as: UTF8.self) }

    /// The text of `compact` or `pretty` as bytes, for files and sockets.
    package func bytes(pretty: Bool = false) -> [UInt8] {
        var writer = JSONWriter()
        writer.write(self, indent: pretty ? 0 : nil)
        return writer.bytes
    }

    fileprivate var isPlain: Bool {
        switch self {
        case .array, .object: false
        default: true
        }
    }
}

/// Writes JSON (RFC 8259).
///
/// Numbers have the fewest digits that read back as the same value. Non-finite numbers, which JSON lacks, become null.
private struct JSONWriter {
    var bytes: [UInt8] = []

    /// - Parameter indent: The number of levels around the value; nil writes everything on one line.
    mutating func write(_ value: JSONValue, indent: Int?) {
        switch value {
        case .null: append("null")
        case .bool(let flag): append(flag ? "true" : "false")
        case .integer(let number): append(number)
        case .unsigned(let number): append(number.description)
        case .number(let number): append(number.isFinite ? number.description : "null")
        case .float(let number): append(number.isFinite ? number.description : "null")
        case .string(let text): quote(text)
        case .array(let elements): write(elements, indent: elements.allSatisfy(\.isPlain) ? nil : indent)
        case .object(let members): write(members, indent: indent)
        }
    }

    private mutating func write(_ elements: [JSONValue], indent: Int?) {
        bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            startElement(index, indent: indent)
            write(element, indent: indent.map { $0 + 1 })
        }
        endElements(elements.count, indent: indent)
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ members: [JSONMember], indent: Int?) {
        bytes.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            startElement(index, indent: indent)
            quote(member.key)
            append(indent == nil ? ":" : ": ")
            write(member.value, indent: indent.map { $0 + 1 })
        }
        endElements(members.count, indent: indent)
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func startElement(_ index: Int, indent: Int?) {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        if let indent { startLine(indent: indent + 1) }
    }

    private mutating func endElements(_ count: Int, indent: Int?) {
        if let indent, count > 0 { startLine(indent: indent) }
    }

    private mutating func startLine(indent: Int) {
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * indent))
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Most numbers are token ids, so this does without a string for each.
    private mutating func append(_ number: Int) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        var rest = number.magnitude
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    // MARK: Strings

    /// Also escapes the control characters that JSON allows, for readers who print what they receive.
    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        guard text.utf8.contains(where: Self.mayNeedEscape) else { return append(text) }
        // U+0080 to U+009F are C2 80 to C2 9F; everything else to escape is one byte.
        var mayBeControl = false
        for byte in text.utf8 {
            let isControl = mayBeControl && byte < 0xA0
            mayBeControl = byte == 0xC2
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case UInt8(ascii: "\n"): append("\\n")
            case UInt8(ascii: "\r"): append("\\r")
            case UInt8(ascii: "\t"): append("\\t")
            case ..<0x20, 0x7F: escape(byte)
            case _ where isControl:
                bytes.removeLast()
                escape(byte)
            default: bytes.append(byte)
            }
        }
    }

    private static func mayNeedEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F || byte == 0xC2
    }

    private mutating func escape(_ character: UInt8) {
        let digits = String(character, radix: 16)
        append("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
    }
}
