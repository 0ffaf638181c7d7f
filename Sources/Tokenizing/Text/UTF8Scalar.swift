/// Facts about the UTF-8 encoding of one character.
enum UTF8Scalar {
    /// The length in bytes of a character that begins with `leading`; 1 for bytes that begin none.
    static func length(leading: UInt8) -> Int {
        switch leading {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 1
        }
    }

    /// Calls `body` with each character of `text[range]`, which must be valid UTF-8, and its range.
    static func forEach(in text: [UInt8], _ range: Range<Int>, _ body: (Unicode.Scalar, Range<Int>) -> Void) {
        var position = range.lowerBound
        for scalar in Substring(decoding: text[range], as: UTF8.self).unicodeScalars {
            let end = min(position + UTF8.width(scalar), range.upperBound)
            body(scalar, position..<end)
            position = end
        }
    }

    /// The first character of valid UTF-8.
    static func first(_ text: ArraySlice<UInt8>) -> Unicode.Scalar? {
        guard let leading = text.first else { return nil }
        return Substring(decoding: text.prefix(length(leading: leading)), as: UTF8.self).unicodeScalars.first
    }

    /// The last character of valid UTF-8.
    static func last(_ text: ArraySlice<UInt8>) -> Unicode.Scalar? {
        guard let start = text.lastIndex(where: { $0 & 0xC0 != 0x80 }) else { return nil }
        return Substring(decoding: text[start...], as: UTF8.self).unicodeScalars.first
    }

    /// The number of bytes at the end of `bytes` that begin a character which more bytes could complete: 0 to 3.
    static func incompleteSuffix(_ bytes: ArraySlice<UInt8>) -> Int {
        guard let last = bytes.last, last >= 0x80 else { return 0 }
        for count in 1...3 where count <= bytes.count {
            let start = bytes.endIndex - count
            if bytes[start] & 0xC0 == 0x80 { continue }
            let canContinue =
                length(leading: bytes[start]) > count
                && (count < 2 || allowsSecond(bytes[start + 1], after: bytes[start]))
            return canContinue ? count : 0
        }
        return 0
    }

    /// Some leading bytes restrict the second one, which rules out overlong forms and surrogates.
    private static func allowsSecond(_ byte: UInt8, after leading: UInt8) -> Bool {
        switch leading {
        case 0xE0: byte >= 0xA0
        case 0xED: byte <= 0x9F
        case 0xF0: byte >= 0x90
        case 0xF4: byte <= 0x8F
        default: true
        }
    }
}
