internal import Matching

/// Rewrites a pattern of tokenizer.json for PCRE2.
///
/// The reference implementation reads patterns with Oniguruma's Ruby syntax. The two dialects agree on everything the
/// known tokenizers use except these, which are rewritten:
///
/// - `\s` is Unicode's White_Space; PCRE2 would add U+180E.
/// - `\w` is letters, marks, decimal digits and connectors; PCRE2 10.42 knows letters, numbers and the underscore.
/// - `\h` is a hexadecimal digit; in PCRE2 a horizontal space.
///
/// Set operations inside classes, which PCRE2 10.42 lacks, are refused.
struct RegularExpressionDialect {
    private static let space =
        #"\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"#
    private static let notSpace =
        #"\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{84}\x{86}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}"#
        + #"\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{d7ff}\x{e000}-\x{10ffff}"#
    private static let word = #"\p{L}\p{M}\p{Nd}\p{Pc}"#
    private static let hexDigit = "0-9A-Fa-f"

    private var input: ArraySlice<Unicode.Scalar>
    private var output = String.UnicodeScalarView()

    static func translate(_ pattern: String) throws(RegularExpression.SyntaxError) -> String {
        var dialect = RegularExpressionDialect(input: ArraySlice(pattern.unicodeScalars))
        while let scalar = dialect.input.popFirst() {
            switch scalar {
            case "\\": dialect.translateEscape()
            case "[": try dialect.translateClass()
            default: dialect.output.append(scalar)
            }
        }
        return String(dialect.output)
    }

    private mutating func emit(_ text: String) {
        output.append(contentsOf: text.unicodeScalars)
    }

    private mutating func translateEscape() {
        switch input.popFirst() {
        case "s": emit("[\(Self.space)]")
        case "S": emit("[^\(Self.space)]")
        case "w": emit("[\(Self.word)]")
        case "W": emit("[^\(Self.word)]")
        case "h": emit("[\(Self.hexDigit)]")
        case "H": emit("[^\(Self.hexDigit)]")
        case let other?: emit("\\\(other)")
        case nil: emit("\\")
        }
    }

    /// Translates a class, whose opening bracket has been read.
    private mutating func translateClass() throws(RegularExpression.SyntaxError) {
        emit("[")
        if input.first == "^" { emit(String(input.removeFirst())) }
        // A bracket right after the opening one stands for itself.
        if input.first == "]" { emit("\\" + String(input.removeFirst())) }
        while let scalar = input.popFirst() {
            switch scalar {
            case "]":
                emit("]")
                return
            case "\\": try translateEscapeInClass()
            case "[" where input.first == ":": try copyNamedClass()
            case "[": throw RegularExpression.SyntaxError(message: "a character class inside another")
            case "&" where input.first == "&":
                throw RegularExpression.SyntaxError(message: "'&&' in a character class")
            default: output.append(scalar)
            }
        }
    }

    private mutating func translateEscapeInClass() throws(RegularExpression.SyntaxError) {
        switch input.popFirst() {
        case "s": emit(Self.space)
        case "S": emit(Self.notSpace)
        case "w": emit(Self.word)
        case "h": emit(Self.hexDigit)
        case let other? where other == "W" || other == "H":
            throw RegularExpression.SyntaxError(message: "'\\\(other)' in a character class")
        case let other?: emit("\\\(other)")
        case nil: emit("\\")
        }
    }

    /// Copies `[:name:]`, whose first bracket has been read.
    private mutating func copyNamedClass() throws(RegularExpression.SyntaxError) {
        guard let end = input.firstIndex(of: "]") else {
            throw RegularExpression.SyntaxError(message: "a character class without an end")
        }
        emit("[")
        output.append(contentsOf: input[...end])
        input = input[(end + 1)...]
    }
}
