/// Base64 as gRPC metadata uses it: written without padding, read with or without; JSON may also use the URL-safe
/// alphabet.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value of each byte that is a digit; 255 for the others.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()

    private static let valuesInURLs: [UInt8] = {
        var all = values
        all[Int(UInt8(ascii: "-"))] = values[Int(UInt8(ascii: "+"))]
        all[Int(UInt8(ascii: "_"))] = values[Int(UInt8(ascii: "/"))]
        return all
    }()

    package static func encode(_ bytes: [UInt8]) -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity((bytes.count * 4 + 2) / 3)
        var pending: UInt32 = 0
        var bits = 0
        for byte in bytes {
            pending = pending << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                digits.append(alphabet[Int(pending >> bits & 63)])
            }
        }
        if bits > 0 { digits.append(alphabet[Int(pending << (6 - bits) & 63)]) }
        return String(decoding: digits, as: UTF8.self)
    }

    /// Returns nil if the text is not base64.
    ///
    /// - Parameter inURLs: Whether `-` and `_` may replace `+` and `/`.
    package static func decode(_ text: String, inURLs: Bool = false) -> [UInt8]? {
        let values = inURLs ? Self.valuesInURLs : Self.values
        var digits = Array(text.utf8)
        let padding = digits.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding == 0 || (padding <= 2 && digits.count % 4 == 0) else { return nil }
        digits.removeLast(padding)
        guard digits.count % 4 != 1 else { return nil }

        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count * 3 / 4)
        var pending: UInt32 = 0
        var bits = 0
        for digit in digits {
            let value = values[Int(digit)]
            guard value < 64 else { return nil }
            pending = pending << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: pending >> bits))
            }
        }
        return bytes
    }
}
