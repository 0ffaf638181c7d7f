/// Why a JSON document could not be read: where, and what was expected there.
package struct JSONError: Error {
    package var line: Int
    package var offset: Int
    package var reason: String
}

/// Reads JSON (RFC 8259) from bytes in one pass.
///
/// Designed for vocabularies of several megabytes: strings without escapes are read as one slice. Nesting is bounded,
/// so that a hostile file cannot overflow the stack.
package struct JSONReader {
    /// Which numbers are accepted.
    package enum Dialect: Sendable {
        case standard
        /// As Python's `json` writes and reads them: also `NaN`, `Infinity` and `-Infinity`.
        case python
    }

    /// The deepest nesting accepted. tokenizer.json needs eight levels.
    package static let maximumDepth = 64

    private let bytes: [UInt8]
    private let dialect: Dialect
    private var position = 0
    /// The number of further values allowed.
    private var valuesLeft: Int
    private var depth = 0

    /// - Parameter maximumValues: The most values the document may hold. A value of two bytes takes many times as much
    ///   memory.
    package static func parse(
        _ bytes: [UInt8], dialect: Dialect = .standard, maximumValues: Int = .max
    ) throws(JSONError) -> JSONValue {
        var reader = JSONReader(bytes: bytes, dialect: dialect, maximumValues: maximumValues)
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw reader.failure("the file is not valid UTF-8")
        }
        reader.skipByteOrderMark()
        let value = try reader.readValue()
        reader.skipSpace()
        guard reader.position == bytes.count else { throw reader.failure("something follows the end of the document") }
        return value
    }

    private init(bytes: [UInt8], dialect: Dialect, maximumValues: Int) {
        self.bytes = bytes
        self.dialect = dialect
        valuesLeft = maximumValues
    }

    private mutating func skipByteOrderMark() {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    private func failure(_ reason: String) -> JSONError {
        let end = min(position, bytes.count)
        return JSONError(line: 1 + bytes[..<end].count { $0 == UInt8(ascii: "\n") }, offset: end, reason: reason)
    }

    // MARK: Values

    private mutating func readValue() throws(JSONError) -> JSONValue {
        skipSpace()
        valuesLeft -= 1
        guard valuesLeft >= 0 else { throw failure("the document holds more values than are read") }
        guard let byte = peek() else { throw failure("the document ends where a value should be") }
        switch byte {
        case UInt8(ascii: "\""): return .string(try readString())
        case UInt8(ascii: "{"): return try nested { reader throws(JSONError) in try reader.readObject() }
        case UInt8(ascii: "["): return try nested { reader throws(JSONError) in try reader.readArray() }
        case UInt8(ascii: "t"): return try readWord("true", .bool(true))
        case UInt8(ascii: "f"): return try readWord("false", .bool(false))
        case UInt8(ascii: "n"): return try readWord("null", .null)
        case UInt8(ascii: "N") where dialect == .python: return try readWord("NaN", .number(.nan))
        case UInt8(ascii: "I") where dialect == .python: return try readWord("Infinity", .number(.infinity))
        case UInt8(ascii: "-") where dialect == .python && bytes.dropFirst(position + 1).first == UInt8(ascii: "I"):
            return try readWord("-Infinity", .number(-.infinity))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try readNumber()
        default: throw failure("unexpected character where a value should be")
        }
    }

    private mutating func nested(
        _ read: (inout JSONReader) throws(JSONError) -> JSONValue
    ) throws(JSONError) -> JSONValue {
        depth += 1
        guard depth <= Self.maximumDepth else { throw failure("nested deeper than \(Self.maximumDepth) levels") }
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func readObject() throws(JSONError) -> JSONValue {
        position += 1
        var members: [JSONMember] = []
        if skip(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipSpace()
            guard peek() == UInt8(ascii: "\"") else { throw failure("expected a key in quotes") }
            let key = try readString()
            guard skip(UInt8(ascii: ":")) else { throw failure("expected ':' after a key") }
            members.append(JSONMember(key: key, value: try readValue()))
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "}")) else { throw failure("expected ',' or '}'") }
        return .object(members)
    }

    private mutating func readArray() throws(JSONError) -> JSONValue {
        position += 1
        var elements: [JSONValue] = []
        if skip(UInt8(ascii: "]")) { return .array(elements) }
        repeat {
            elements.append(try readValue())
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "]")) else { throw failure("expected ',' or ']'") }
        return .array(elements)
    }

    private mutating func readWord(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count, bytes[position..<end].elementsEqual(word.description.utf8) else {
            throw failure("expected '\(word)'")
        }
        position = end
        return value
    }

    private mutating func readNumber() throws(JSONError) -> JSONValue {
        let start = position
        guard let value = JSONValue(numberIn: bytes, at: &position), !(peek().map(Self.isNumberByte) ?? false) else {
            throw failure("'\(numberText(from: start))' is not a number")
        }
        if case .number(let number) = value, number.isInfinite, dialect == .standard {
            throw failure("'\(numberText(from: start))' is not a number that can be held")
        }
        return value
    }

    /// The beginning of what should have been a number, for a message.
    private func numberText(from start: Int) -> String {
        String(decoding: bytes[start...].prefix { Self.isNumberByte($0) }.prefix(40), as: UTF8.self)
    }

    private static func isNumberByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    // MARK: Strings

    private mutating func readString() throws(JSONError) -> String {
        position += 1
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                return String(decoding: bytes[start..<position - 1], as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") { return try readEscapedString(from: start) }
            guard byte >= 0x20 else { throw failure("a control character in a string") }
            position += 1
        }
        throw failure("the document ends inside a string")
    }

    /// Reads the rest of a string from its first backslash.
    private mutating func readEscapedString(from start: Int) throws(JSONError) -> String {
        var content = Array(bytes[start..<position])
        while let byte = peek() {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"): try readEscape(into: &content)
            case 0..<0x20: throw failure("a control character in a string")
            default: content.append(byte)
            }
        }
        throw failure("the document ends inside a string")
    }

    private mutating func readEscape(into content: inout [UInt8]) throws(JSONError) {
        guard let byte = peek() else { throw failure("the document ends inside a string") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"): content.append(contentsOf: String(Character(try readUnicodeEscape())).utf8)
        default: throw failure("unknown escape in a string")
        }
    }

    private mutating func readUnicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let first = try readHexQuad()
        if let scalar = Unicode.Scalar(first) { return scalar }
        // A high surrogate is half a character; the low half must follow.
        guard first < 0xDC00, skipExactly(UInt8(ascii: "\\")), skipExactly(UInt8(ascii: "u")) else {
            throw failure("half a surrogate pair in a string")
        }
        let second = try readHexQuad()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw failure("half a surrogate pair in a string") }
        return scalar
    }

    private mutating func readHexQuad() throws(JSONError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw failure("the document ends inside a string") }
        var value: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw failure("\\u needs four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
        }
        position += 4
        return value
    }

    // MARK: Bytes

    private func peek() -> UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    /// Skips white space and then `byte`, if it comes next.
    private mutating func skip(_ byte: UInt8) -> Bool {
        skipSpace()
        return skipExactly(byte)
    }

    private mutating func skipExactly(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }
}
