/// A set of characters, as an expression that matches one of them.
indirect enum CharacterSet: Sendable {
    /// The content of a PCRE2 bracket class.
    case items(String)
    case union([CharacterSet])
    case intersection([CharacterSet])
    case complement(CharacterSet)

    /// Unicode's White_Space; PCRE2's `\s` also includes U+180E.
    static let whiteSpace = CharacterSet.items(
        #"\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"#)
    /// The meaning of `\w` in a class.
    static let word = CharacterSet.items(#"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}"#)
    /// The meaning of `\w` outside a class, where Oniguruma first consults a table of Latin-1.
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
