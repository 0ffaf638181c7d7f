/// Character classes in the sense the reference implementation gives them.
extension Unicode.Scalar {
    /// Unicode's White_Space, which is Rust's `char::is_whitespace`.
    var isWhiteSpace: Bool { properties.isWhitespace }

    var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    /// What `\w` means in added tokens' single_word: alphabetic, mark, decimal digit, connector or joiner.
    var isWordCharacter: Bool {
        if properties.isAlphabetic || isMark || properties.isJoinControl { return true }
        switch properties.generalCategory {
        case .decimalNumber, .connectorPunctuation: return true
        default: return false
        }
    }

    /// True for characters that the four normalization forms of Unicode surely leave alone: they neither decompose nor
    /// combine, also not with a neighbour that is itself in this set.
    ///
    /// ASCII for all forms; for the canonical ones also the bulk of Cyrillic, Chinese and Japanese text and of emoji.
    func isStable(compatibility: Bool) -> Bool {
        if value < 0x80 { return true }
        if compatibility { return false }
        return switch value {
        case 0x2010...0x2027, 0x2030...0x205E: true  // dashes, quotes, dots
        case 0x4E00...0x9FA5: true  // Chinese characters
        case 0x3001...0x3029, 0x3041...0x304A, 0x30A1...0x30AA: true  // punctuation and vowels of Japanese
        case 0xFF01...0xFF5E: true  // full-width ASCII
        case 0x1F300...0x1FAFF: true  // emoji
        default: false
        }
    }
}
