/// An answer as it was understood.
indirect enum Answer: Equatable, Sendable {
    case value(Expression)
    /// Words.
    case text(String)
    /// Two or three letters in a row: a word, or variables side by side.
    case word(String)
    /// A numeral with its base written below: digits, base.
    case numeral(String, base: Int)
    case collection(Brackets, [Answer])
    case union([Answer])
    case intersection([Answer])
    case difference(Answer, Answer)
    case matrix([[Answer]])
    /// `left relation right`.
    case relation(Answer, Relation, Answer)
    /// Two inequalities in a row: `a < x ≤ b`.
    case between(Answer, Relation, Answer, Relation, Answer)
    /// Two numbers with a colon that can be a time of day, and the quotient that they are as a ratio.
    case time(String, Expression)
    /// A value with a unit that is known.
    case measured(Answer, Unit)
    /// An answer beside words that change what it says: `\text{more than } 5`.
    case qualified([String], Answer)

    /// What stands around several values.
    enum Brackets: Equatable, Sendable {
        /// Nothing: values in any order, with what stands between them.
        case none(Separator)
        case braces
        /// `(`, `)`, `[` or `]` at either end: a tuple or an interval.
        case pair(isOpen: Bool, isOpenAtEnd: Bool)

        static let round = Brackets.pair(isOpen: true, isOpenAtEnd: true)

        var isOrdered: Bool {
            if case .pair = self { true } else { false }
        }

        var isNone: Bool {
            if case .none = self { true } else { false }
        }
    }

    /// What stands between values without brackets; an "or" anywhere makes all of them alternatives.
    enum Separator: Sendable { case comma, and, or }

    enum Relation: String, Sendable {
        case equal = "=", notEqual = "≠", less = "<", lessOrEqual = "≤", greater = ">", greaterOrEqual = "≥"
        case element = "∈"

        /// The same with sides exchanged; nil where that has no name.
        var reversed: Relation? {
            switch self {
            case .equal, .notEqual: self
            case .less: .greater
            case .lessOrEqual: .greaterOrEqual
            case .greater: .less
            case .greaterOrEqual: .lessOrEqual
            case .element: nil
            }
        }

        var isOrdering: Bool { self != .equal && self != .notEqual && self != .element }
        var isStrict: Bool { self == .less || self == .greater }
    }
}
