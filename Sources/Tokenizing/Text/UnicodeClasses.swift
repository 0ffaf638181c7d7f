/// Character classes as the reference implementation defines them.
extension Unicode.Scalar {
    /// Unicode's White_Space, which is Rust's `char::is_whitespace`.
    var isWhiteSpace: Bool { properties.isWhitespace }

    var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    /// Rust's `char::is_numeric`.
    var isNumber: Bool {
        switch properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: true
        default: false
        }
    }

    /// Whether the character was assigned in that version of Unicode: some of the reference implementation's tables are
    /// old.
    func isAssigned(since major: Int, _ minor: Int = 0) -> Bool {
        guard let age = properties.age else { return false }
        return (age.major, age.minor) <= (major, minor)
    }

    /// Whether the Punctuation pre-tokenizer splits at it: punctuation of Unicode 8 and the other symbols of ASCII.
    var isPunctuation: Bool {
        switch value {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: return true
        case ..<0x80: return false
        default: break
        }
        switch properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            return isAssigned(since: 8)
        default: return false
        }
    }

    var isCombiningMark: Bool { isMark }
    var isNonspacingMark: Bool { properties.generalCategory == .nonspacingMark && isAssigned(since: 8) }
    var isControl: Bool {
        switch properties.generalCategory {
        case .control, .format, .privateUse, .surrogate: isAssigned(since: 8)
        case .unassigned: false
        default: false
        }
    }

    /// Whether it is matched by `\w` in added tokens' single_word: alphabetic, mark, decimal digit, connector or
    /// joiner.
    var isWordCharacter: Bool {
        if properties.isAlphabetic || isMark || properties.isJoinControl { return true }
        switch properties.generalCategory {
        case .decimalNumber, .connectorPunctuation: return true
        default: return false
        }
    }

    /// Whether all four normalization forms of Unicode certainly leave the character alone: it neither decomposes nor
    /// combines, not even with a neighbour that is itself in this set.
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
