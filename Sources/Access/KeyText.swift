/// A key as its owner has it: `attnrl_`, 8 hexadecimal digits that say which key it is, `_`, and a secret of 256 bits.
///
/// The beginning lets scanners of source code recognise a key that was committed.
package struct KeyText: Sendable {
    package let text: String
    package let id: String

    private static let start = "attnrl_"
    private static let (idBytes, secretBytes) = (4, 32)

    /// A new key, from the system's random numbers.
    package init() {
        var random = SystemRandomNumberGenerator()
        func digits(_ count: Int) -> String {
            Digest.hexadecimal((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
        }
        id = digits(Self.idBytes)
        text = "\(Self.start)\(id)_\(digits(Self.secretBytes))"
    }

    /// Nil if the text cannot be a key.
    package init?(_ text: String) {
        let bytes = Array(text.utf8), start = Self.start.utf8.count, end = start + 2 * Self.idBytes
        guard bytes.count == end + 1 + 2 * Self.secretBytes, text.hasPrefix(Self.start),
            bytes[end] == UInt8(ascii: "_"), bytes[(end + 1)...].allSatisfy(Self.isDigit)
        else { return nil }
        self.text = text
        id = String(decoding: bytes[start..<end], as: UTF8.self)
        guard Self.isID(id) else { return nil }
    }

    static let idRule = "\(2 * idBytes) hexadecimal digits in lower case"

    /// Whether a text can be the `id` of a key.
    static func isID(_ text: String) -> Bool { text.utf8.count == 2 * idBytes && text.utf8.allSatisfy(isDigit) }

    private static func isDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
    }

    /// A fast hash will do: nobody can guess 256 random bits.
    package var hash: [UInt8] { Digest.sha256(text.utf8) }
}
