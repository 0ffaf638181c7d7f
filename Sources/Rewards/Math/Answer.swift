/// A parsed answer.
indirect enum Answer: Equatable, Sendable {
    case value(Expression)
    /// Words.
    case text(String)
    /// Two or three adjacent letters: a word, or a product of variables.
    case word(String)
    /// A numeral with its base as a subscript: digits, base.
    case numeral(String, base: Int)
    case collection(Brackets, [Answer])
    case union([Answer])
    case intersection([Answer])
    case difference(Answer, Answer)
    case matrix([[Answer]])
    /// `left relation right`.
    case relation(Answer, Relation, Answer)
    /// Two chained inequalities: `a < x ≤ b`.
    case between(Answer, Relation, Answer, Relation, Answer)
    /// Two numbers with a colon that may be a time of day, and their quotient as a ratio.
    case time(String, Expression)
    /// A value with a known unit.
    case measured(Answer, Unit)
    /// An answer next to words that change its meaning: `\text{more than } 5`.
    case qualified([String], Answer)

    /// The brackets around several values.
    enum Brackets: Equatable, Sendable {
        /// No brackets: values in any order, with their separator.
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

    /// The separator of values without brackets; a single "or" makes all of them alternatives.
    enum Separator: Sendable { case comma, and, or }

    enum Relation: String, Sendable {
        case equal = "=", notEqual = "≠", less = "<", lessOrEqual = "≤", greater = ">", greaterOrEqual = "≥"
        case element = "∈"

        /// The relation with its sides exchanged; nil if that has no name.
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
