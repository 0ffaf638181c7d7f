/// What a token's text says about where steps end.
public struct TokenFlags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The text contains a blank line: two newline characters in a row.
    public static let blankLine = TokenFlags(rawValue: 1)
    /// The text contains a newline character.
    public static let newline = TokenFlags(rawValue: 2)
    /// The token completes `</think>`, alone or as the last of several.
    public static let thinkingEnd = TokenFlags(rawValue: 4)

    /// Computes the line flags of one token's bytes, which do not depend on its neighbours. `thinkingEnd` does: see
    /// `ThinkingEndMatcher`.
    ///
    /// A newline at the end of one token and another at the beginning of the next are not a blank line; the method
    /// looks at tokens individually.
    public init(lineBreaksIn bytes: some Sequence<UInt8>) {
        let newlineByte = UInt8(ascii: "\n")
        var flags: TokenFlags = []
        var previous: UInt8 = 0
        for byte in bytes {
            if byte == newlineByte {
                flags.formUnion(previous == newlineByte ? [.newline, .blankLine] : .newline)
            }
            previous = byte
        }
        self = flags
    }
}

extension StepSeparator {
    /// Whether a token with these flags ends a step.
    func closes(_ flags: TokenFlags) -> Bool {
        switch self {
        case .blankLine: flags.contains(.blankLine)
        case .newline: flags.contains(.newline)
        case .token: true
        }
    }

    /// Blank lines if the response has one, otherwise newlines, otherwise single tokens.
    ///
    /// - Parameter seen: The union of the response's flags.
    init(forResponseWith seen: TokenFlags) {
        self = seen.contains(.blankLine) ? .blankLine : seen.contains(.newline) ? .newline : .token
    }
}
