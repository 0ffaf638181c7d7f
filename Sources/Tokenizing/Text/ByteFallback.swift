/// Tokens such as "<0x0A>" that denote one byte in vocabularies of characters.
enum ByteFallback {
    private static let opening = Array("<0x".utf8)
    private static let digits = Array("0123456789ABCDEF".utf8)

    static func token(_ byte: UInt8) -> [UInt8] {
        opening + [digits[Int(byte >> 4)], digits[Int(byte & 15)], UInt8(ascii: ">")]
    }

    /// The byte that a token of that form denotes, otherwise nil; digits may be in either case.
    static func byte(of token: [UInt8]) -> UInt8? {
        guard token.count == 6, token.starts(with: opening), token[5] == UInt8(ascii: ">") else { return nil }
        return UInt8(String(decoding: token[3..<5], as: UTF8.self), radix: 16)
    }
}
