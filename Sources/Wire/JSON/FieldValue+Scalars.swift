package import JSONCoding

// MARK: Whole numbers

/// 64-bit integers are written as text, since many JSON readers would round them. Either form is read, for all sizes.
package protocol WholeFieldValue: FieldKey, FixedWidthInteger {}

extension WholeFieldValue {
    package var isDefault: Bool { self == 0 }

    package func json(depth: Int) -> JSONValue { Self.bitWidth > 32 ? .string(description) : .whole(self) }

    package var jsonKey: String { description }

    package static func read(_ json: JSONValue, _ reader: inout JSONMessageReader) -> Self? {
        whole(json.unquotedNumber) ?? reader.mismatch("a whole number from \(Self.min) to \(Self.max)", json)
    }

    /// The number, if it is whole and in range.
    static func whole(_ json: JSONValue?) -> Self? {
        switch json {
        case .integer(let value): Self(exactly: value)
        case .unsigned(let value): Self(exactly: value)
        // A number too small for Int became -2^63, which only equals the least Int64 because of rounding.
        case .number(let value) where value > -0x1p63: Self(exactly: value)
        case .float(let value): Self(exactly: value)
        default: nil
        }
    }
}

extension Int32: WholeFieldValue {}
extension Int64: WholeFieldValue {}
extension UInt32: WholeFieldValue {}
extension UInt64: WholeFieldValue {}

extension JSONValue {
    /// The number, whether written as one or as text.
    fileprivate var unquotedNumber: JSONValue? {
        switch self {
        case .string(let text): JSONValue(number: text)
        default: self
        }
    }
}

// MARK: Floating point

extension Double: FieldValue {
    /// -0 is distinct from the default.
    package var isDefault: Bool { bitPattern == 0 }

    package func json(depth: Int) -> JSONValue { isFinite ? .number(self) : .string(jsonName) }

    package static func read(_ json: JSONValue, _ reader: inout JSONMessageReader) -> Double? {
        let number: Double? =
            switch json.unquotedNumber {
            case .integer(let value): Double(value)
            case .unsigned(let value): Double(value)
            case .number(let value): value
            case .float(let value): Double(value)
            default: nil
            }
        if let number, number.isFinite { return number }
        if case .string(let text) = json, let special = Double(jsonName: text) { return special }
        return reader.mismatch(specialNumbers, json)
    }

    fileprivate static let specialNumbers = "a number, or \"NaN\", \"Infinity\" or \"-Infinity\""
}

extension Float: FieldValue {
    package var isDefault: Bool { bitPattern == 0 }

    package func json(depth: Int) -> JSONValue { isFinite ? .float(self) : .string(jsonName) }

    package static func read(_ json: JSONValue, _ reader: inout JSONMessageReader) -> Float? {
        if case .float(let value) = json, value.isFinite { return value }
        guard let number = Double.read(json, &reader) else { return nil }
        let value = Float(number)
        if value.isInfinite, number.isFinite { return reader.mismatch("a number that 32 bits can hold", json) }
        return value
    }
}

extension BinaryFloatingPoint {
    /// The name of a non-finite value.
    fileprivate var jsonName: String { isNaN ? "NaN" : self > 0 ? "Infinity" : "-Infinity" }

    fileprivate init?(jsonName: String) {
        switch jsonName {
        case "NaN": self = .nan
        case "Infinity": self = .infinity
        case "-Infinity": self = -.infinity
        default: return nil
        }
    }
}

// MARK: Others

extension Bool: FieldValue {
    package var isDefault: Bool { !self }

    package func json(depth: Int) -> JSONValue { .bool(self) }

    package static func read(_ json: JSONValue, _ reader: inout JSONMessageReader) -> Bool? {
        guard case .bool(let flag) = json else { return reader.mismatch("true or false", json) }
        return flag
    }
}

extension String: FieldKey {
    package var isDefault: Bool { isEmpty }

    package func json(depth: Int) -> JSONValue { .string(self) }

    package var jsonKey: String { self }

    package static func read(_ json: JSONValue, _ reader: inout JSONMessageReader) -> String? {
        guard case .string(let text) = json else { return reader.mismatch("a string", json) }
        return text
    }
}

/// Bytes are base64: written in the standard alphabet with padding, read in that or the URL-safe one, padded or not.
extension [UInt8]: FieldValue {
    package var isDefault: Bool { isEmpty }

    package func json(depth: Int) -> JSONValue {
        let digits = Base64.encode(self)
        return .string(digits + String(repeating: "=", count: (4 - digits.utf8.count % 4) % 4))
    }

    package static func read(_ json: JSONValue, _ reader: inout JSONMessageReader) -> [UInt8]? {
        guard case .string(let text) = json, let bytes = Base64.decode(text, inURLs: true) else {
            return reader.mismatch("bytes in base64", json)
        }
        return bytes
    }
}
