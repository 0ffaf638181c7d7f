extension JSONValue {
    /// The number that a text represents in JSON's grammar; nil for anything else.
    ///
    /// Whole numbers of up to 64 bits are exact, others become the nearest Double, or infinity if out of range.
    package init?(number text: String) {
        let bytes = Array(text.utf8)
        var place = 0
        self.init(numberIn: bytes, at: &place)
        guard place == bytes.count else { return nil }
    }

    /// Reads the number that begins at a position, and advances it past the number.
    init?(numberIn bytes: [UInt8], at place: inout Int) {
        let start = place
        let isNegative = place < bytes.count && bytes[place] == UInt8(ascii: "-")
        if isNegative { place += 1 }
        let first = place
        var magnitude = 0
        while place < bytes.count, let digit = Self.digit(bytes[place]) {
            magnitude = magnitude &* 10 &+ digit
            place += 1
        }
        let digitCount = place - first
        guard digitCount == 1 || digitCount > 1 && bytes[first] != UInt8(ascii: "0") else { return nil }
        let end = place
        guard Self.skipFraction(bytes, &place), Self.skipExponent(bytes, &place) else { return nil }
        // This many digits always fit.
        if place == end, digitCount <= 18 {
            self = .integer(isNegative ? -magnitude : magnitude)
        } else {
            self.init(text: String(decoding: bytes[start..<place], as: UTF8.self), isWhole: place == end)
        }
    }

    private init?(text: String, isWhole: Bool) {
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

    private static func digit(_ byte: UInt8) -> Int? {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte ? Int(byte - UInt8(ascii: "0")) : nil
    }

    /// - Returns: False if a decimal point has no digits after it.
    private static func skipFraction(_ bytes: [UInt8], _ place: inout Int) -> Bool {
        guard place < bytes.count, bytes[place] == UInt8(ascii: ".") else { return true }
        place += 1
        return skipDigits(bytes, &place)
    }

    private static func skipExponent(_ bytes: [UInt8], _ place: inout Int) -> Bool {
        guard place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") else { return true }
        place += 1
        if place < bytes.count, bytes[place] == UInt8(ascii: "+") || bytes[place] == UInt8(ascii: "-") { place += 1 }
        return skipDigits(bytes, &place)
    }

    /// - Returns: Whether there was at least one digit.
    private static func skipDigits(_ bytes: [UInt8], _ place: inout Int) -> Bool {
        let start = place
        while place < bytes.count, digit(bytes[place]) != nil { place += 1 }
        return place > start
    }
}
