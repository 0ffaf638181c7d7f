/// A piece of a formula.
struct LatexToken: Sendable {
    enum Kind: Hashable, Sendable {
        /// Digits, with a point but no separators: `1234.5`.
        case number(String)
        /// A number whose last digits repeat for ever, by value.
        case repeating(Rational)
        /// The name of a variable.
        case letter(String)
        /// Words: the content of `\text{…}`, or adjacent letters that are not a product.
        case text(String)
        /// A known command, without its backslash.
        case command(String)
        /// Operators and brackets; `⦃` and `⦄` are the braces of sets, `{` and `}` those that group.
        case symbol(Character)
        case begin(String)
        case end(String)
        /// `\\` between the rows of a matrix.
        case rowBreak
    }

    var kind: Kind
    /// Whether white space precedes it.
    var followsSpace: Bool

    func `is`(_ symbol: Character) -> Bool { kind == .symbol(symbol) }

    func isCommand(_ name: String) -> Bool { kind == .command(name) }

    /// +1 for an opening token, -1 for a closing one, 0 for all others.
    var nesting: Int {
        switch kind {
        case .symbol("("), .symbol("["), .symbol("⦃"), .symbol("{"), .begin: 1
        case .symbol(")"), .symbol("]"), .symbol("⦄"), .symbol("}"), .end: -1
        default: 0
        }
    }
}
