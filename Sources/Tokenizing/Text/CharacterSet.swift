/// A set of characters, as an expression that matches one of them.
indirect enum CharacterSet: Sendable {
    /// What stands between the brackets of a class of PCRE2.
    case items(String)
    case union([CharacterSet])
    case intersection([CharacterSet])
    case complement(CharacterSet)

    /// Unicode's White_Space; what PCRE2 calls `\s` has U+180E too.
    static let whiteSpace = CharacterSet.items(
        #"\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"#)
    /// What `\w` means in a class.
    static let word = CharacterSet.items(#"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}"#)
    /// What `\w` means outside, where Oniguruma asks a table of Latin-1 first.
    static let wordAlone = CharacterSet.items(#"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\x{b2}\x{b3}\x{b9}\x{bc}-\x{be}"#)
    static let hexDigit = CharacterSet.items("0-9A-Fa-f")
    static let any = CharacterSet.items(#"\x{0}-\x{10ffff}"#)

    var expression: String {
        switch self {
        case .items(""): "(?!)"
        case .items(let items): "[\(items)]"
        case .union(let sets): "(?:" + sets.map(\.expression).joined(separator: "|") + ")"
        case .intersection(let sets):
            "(?:" + sets.dropLast().map { "(?=\($0.expression))" }.joined() + (sets.last?.expression ?? "") + ")"
        case .complement(.items("")): Self.any.expression
        case .complement(.items(let items)): "[^\(items)]"
        case .complement(let set): "(?:(?!\(set.expression))\(Self.any.expression))"
        }
    }
}
