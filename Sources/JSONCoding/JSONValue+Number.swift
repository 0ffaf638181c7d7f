extension JSONValue {
    /// The number that a text is by JSON's grammar; nil for anything else.
    ///
    /// Whole numbers of up to 64 bits are exact, others the nearest Double: infinite where none is near.
    package init?(number text: ArraySlice<UInt8>) {
        guard let isWhole = Self.isWholeNumber(text) else { return nil }
        let text = String(decoding: text, as: UTF8.self)
        if isWhole, let value = Int(text) {
            self = .integer(value)
        } else if isWhole, let value = UInt64(text) {
            self = .unsigned(value)
        } else if let value = Double(text) {
            self = .number(value)
        } else {
            return nil
        }
    }

    /// Whether a number has neither fraction nor exponent; nil for what is no number.
    private static func isWholeNumber(_ text: ArraySlice<UInt8>) -> Bool? {
        var rest = text
        func skipDigits() -> Int {
            let count = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }.count
            rest = rest.dropFirst(count)
            return count
        }
        func skip(_ bytes: UInt8...) -> Bool {
            guard let first = rest.first, bytes.contains(first) else { return false }
            rest = rest.dropFirst()
            return true
        }
        _ = skip(UInt8(ascii: "-"))
        let startsWithZero = rest.first == UInt8(ascii: "0")
        let digits = skipDigits()
        guard digits == 1 || digits > 1 && !startsWithZero else { return nil }
        if rest.isEmpty { return true }
        if skip(UInt8(ascii: ".")), skipDigits() == 0 { return nil }
        if skip(UInt8(ascii: "e"), UInt8(ascii: "E")) {
            _ = skip(UInt8(ascii: "+"), UInt8(ascii: "-"))
            if skipDigits() == 0 { return nil }
        }
        return rest.isEmpty ? false : nil
    }
}
