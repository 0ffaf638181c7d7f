/// Joins bytes that arrive in pieces into text that never ends inside a character.
///
/// Bytes that cannot become a character become U+FFFD as soon as that is certain.
struct CharacterJoin: Sendable {
    /// The beginning of a character, up to three bytes.
    private var pending: [UInt8] = []

    mutating func append(_ bytes: ArraySlice<UInt8>) -> String {
        // The common case: nothing is held back or copied.
        if pending.isEmpty {
            let held = UTF8Scalar.incompleteSuffix(bytes)
            if held > 0 { pending.append(contentsOf: bytes.suffix(held)) }
            return String(decoding: bytes.dropLast(held), as: UTF8.self)
        }
        pending.append(contentsOf: bytes)
        let held = UTF8Scalar.incompleteSuffix(pending[...])
        defer { pending.removeFirst(pending.count - held) }
        return String(decoding: pending.dropLast(held), as: UTF8.self)
    }

    /// Returns what was held back, at the end of the text.
    mutating func finish() -> String {
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self)
    }
}
