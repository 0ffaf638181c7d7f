internal import CSSL

package enum Digest {
    package static let byteCount = Int(SHA256_DIGEST_LENGTH)

    package static func sha256(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        let bytes = Array(bytes)
        return [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            SHA256(bytes, bytes.count, buffer.baseAddress)
            count = byteCount
        }
    }

    /// Compares in a time that does not tell where the two differ.
    package static func equal(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
    }

    package static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Nil unless the text consists of hexadecimal digits for this many bytes.
    package static func bytes(hexadecimal text: String, count: Int = byteCount) -> [UInt8]? {
        let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == 2 * count, text.utf8.count == 2 * count else { return nil }
        return (0..<count).map { UInt8(digits[2 * $0] << 4 | digits[2 * $0 + 1]) }
    }
}
