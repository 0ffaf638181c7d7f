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
        guard text.hasPrefix(Self.start) else { return nil }
        let parts = text.dropFirst(Self.start.count).split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 2, Digest.bytes(hexadecimal: String(parts[0]), count: Self.idBytes) != nil,
            Digest.bytes(hexadecimal: String(parts[1]), count: Self.secretBytes) != nil
        else { return nil }
        self.text = text
        id = String(parts[0])
    }

    /// A fast hash will do: nobody can guess 256 random bits.
    package var hash: [UInt8] { Digest.sha256(text.utf8) }
}
