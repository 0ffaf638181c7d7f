/// A piece of a formula.
struct LatexToken: Sendable {
    enum Kind: Hashable, Sendable {
        /// Digits, with a point and without separators: `1234.5`.
        case number(String)
        /// A number whose last digits repeat for ever: value and all.
        case repeating(Rational)
        /// The name of a variable.
        case letter(String)
        /// Words: what stands in `\text{…}`, or letters in a row that are not a product.
        case text(String)
        /// A command of which something is known, without its backslash.
        case command(String)
        /// Operators and brackets; `⦃` and `⦄` are the braces of sets, `{` and `}` those that group.
        case symbol(Character)
        case begin(String)
        case end(String)
        /// `\\` between the rows of a matrix.
        case rowBreak
    }

    var kind: Kind
    /// White space stands before it.
    var followsSpace: Bool

    func `is`(_ symbol: Character) -> Bool { kind == .symbol(symbol) }

    func isCommand(_ name: String) -> Bool { kind == .command(name) }

    /// +1 for what opens, -1 for what closes, 0 for the rest.
    var nesting: Int {
        switch kind {
        case .symbol("("), .symbol("["), .symbol("⦃"), .symbol("{"), .begin: 1
        case .symbol(")"), .symbol("]"), .symbol("⦄"), .symbol("}"), .end: -1
        default: 0
        }
    }
}
