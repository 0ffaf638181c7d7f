/// JSON as Python's `json.dumps` writes it.
struct JSONText<Value, Failure: Error> {
    /// The JSON form of a value.
    enum Shape {
        /// A number, true, false or null.
        case literal(String)
        case string(String)
        case array([Value])
        case object([(key: String, value: Value)])
    }

    /// The indentation of each nesting level; nil puts everything on one line.
    var indent: String?
    var itemSeparator: String
    var keySeparator = ": "
    /// Whether to escape non-ASCII characters.
    var isASCII = false
    /// Called with the size of the text in bytes, to check whether it may grow further.
    var checkSize: (Int) throws(Failure) -> Void = { _ in }
    private let shape: (Value) throws(Failure) -> Shape

    init(indent: String?, shape: @escaping (Value) throws(Failure) -> Shape) {
        self.indent = indent
        itemSeparator = indent == nil ? ", " : ","
        self.shape = shape
    }

    func write(_ value: Value) throws(Failure) -> String {
        var text = ""
        try write(value, into: &text, margin: "\n")
        return text
    }

    private func write(_ value: Value, into text: inout String, margin: String) throws(Failure) {
        switch try shape(value) {
        case .literal(let literal): text += literal
        case .string(let string): text += quoted(string)
        case .array(let elements):
            try enclose(elements, "[", "]", into: &text, margin) { element, text, inner throws(Failure) in
                try write(element, into: &text, margin: inner)
            }
        case .object(let members):
            try enclose(members, "{", "}", into: &text, margin) { member, text, inner throws(Failure) in
                text += quoted(member.key) + keySeparator
                try write(member.value, into: &text, margin: inner)
            }
        }
        try checkSize(text.utf8.count)
    }

    private func enclose<Item>(
        _ items: [Item], _ open: String, _ close: String, into text: inout String, _ margin: String,
        _ writeItem: (Item, inout String, String) throws(Failure) -> Void
    ) throws(Failure) {
        text += open
        let inner = indent.map { margin + $0 }
        for (index, item) in items.enumerated() {
            if index > 0 { text += itemSeparator }
            if let inner { text += inner }
            try writeItem(item, &text, inner ?? margin)
        }
        if indent != nil, !items.isEmpty { text += margin }
        text += close
    }

    private func quoted(_ text: String) -> String {
        var result: [UInt8] = [UInt8(ascii: "\"")]
        result.reserveCapacity(text.utf8.count + 2)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\"".utf8
            case "\\": result += "\\\\".utf8
            case "\n": result += "\\n".utf8
            case "\r": result += "\\r".utf8
            case "\t": result += "\\t".utf8
            case "\u{8}": result += "\\b".utf8
            case "\u{C}": result += "\\f".utf8
            default:
                if scalar.value < 0x20 || (isASCII && scalar.value >= 0x7F) {
                    for unit in String(scalar).utf16 { result += "\\u\(PythonText.hex(UInt32(unit), 4))".utf8 }
                } else {
                    result += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
                }
            }
        }
        result.append(UInt8(ascii: "\""))
        return String(decoding: result, as: UTF8.self)
    }
}
