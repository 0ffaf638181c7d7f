/// A variable's name: one of 26 letters, upper case for its definition and lower case for its value.
///
/// Having two letters per variable lets a model find a definition by matching one token, without mistaking uses for it.
struct GraphName: Sendable, Hashable {
    /// In 0..<26.
    let index: Int

    static let count = 26

    init(_ index: Int) { self.index = index }

    /// Reads the letter of a definition.
    init?(definition word: Lexeme?) {
        guard let word, word.role == .definitionName, let byte = word.text.first else { return nil }
        index = Int(byte - UInt8(ascii: "A"))
    }

    /// Reads the letter of a value.
    init?(value word: Lexeme?) {
        guard let word, word.role == .valueName, let byte = word.text.first else { return nil }
        index = Int(byte - UInt8(ascii: "a"))
    }

    var definition: String { String(UnicodeScalar(UInt8(ascii: "A") + UInt8(index))) }
    var value: String { String(UnicodeScalar(UInt8(ascii: "a") + UInt8(index))) }
}
