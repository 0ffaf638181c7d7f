/// A word of the tasks' notation: a run of digits, a letter, or a mark.
struct Lexeme: Hashable {
    enum Role: Hashable {
        case number, definitionName, valueName, operation, mark
    }

    let text: ArraySlice<UInt8>
    let role: Role

    /// The word at the start of `text`; nil if nothing is left.
    init?(at text: ArraySlice<UInt8>) {
        guard let first = text.first else { return nil }
        role = Self.role(of: first)
        self.text = role == .number ? text.prefix { Self.role(of: $0) == .number } : text.prefix(1)
    }

    private static func role(of byte: UInt8) -> Role {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): .number
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): .definitionName
        case UInt8(ascii: "a")...UInt8(ascii: "z"): .valueName
        case _ where Operation(rawValue: byte) != nil: .operation
        default: .mark
        }
    }
}
