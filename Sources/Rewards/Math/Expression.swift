/// A formula without relations or meaningful brackets: something that has a value once its letters do.
indirect enum Expression: Equatable, Sendable {
    case number(Rational)
    /// A number written with a decimal point. The value is exact; what it is compared with may have been rounded.
    case decimal(Rational)
    case symbol(String)
    case constant(Constant)
    case sum([Expression])
    case product([Expression])
    case quotient(Expression, Expression)
    case power(Expression, Expression)
    /// The real root if the index is odd and the radicand real.
    case root(Expression, index: Expression)
    case call(Function, [Expression])
    /// ± or, if `isMinusFirst`, ∓ before a term.
    case plusMinus(Expression, isMinusFirst: Bool)
    /// A value followed by a degree sign.
    case degrees(Expression)
    /// A value followed by a percent sign.
    case percent(Expression)

    enum Constant: String, Sendable { case pi, e, i, infinity }

    static func negated(_ expression: Expression) -> Expression {
        switch expression {
        case .number(let value): .number(value.negated)
        case .decimal(let value): .decimal(value.negated)
        default: .product([.number(Rational(-1)), expression])
        }
    }

    static let two = Expression.number(Rational(2))
}

/// The known functions. Raw values are their names in formulas.
enum Function: String, Sendable, CaseIterable {
    case sin, cos, tan, cot, sec, csc
    case arcsin, arccos, arctan
    case sinh, cosh, tanh
    case exp, ln, log, lg
    case abs, floor, ceil, factorial, doubleFactorial, gamma, binom, permutations, gcd, lcm, mod, max, min

    /// Whether it takes the factors after it as argument, without parentheses.
    var takesFactors: Bool {
        switch self {
        case .abs, .floor, .ceil, .factorial, .doubleFactorial, .gamma, .binom, .permutations, .gcd, .lcm, .mod, .max,
            .min:
            false
        default: true
        }
    }

    /// Whether it is defined here only for whole numbers.
    var takesWholeNumbers: Bool {
        switch self {
        case .factorial, .doubleFactorial, .binom, .permutations, .gcd, .lcm, .mod: true
        default: false
        }
    }

    /// Whether the order of its arguments does not matter.
    var isSymmetric: Bool { [.gcd, .lcm, .max, .min].contains(self) }

    /// Whether formulas call it by its name; the others have their own notation.
    var hasName: Bool { ![.gamma, .doubleFactorial, .permutations, .mod].contains(self) }

    /// Whether its argument is an angle, which may be in degrees.
    var takesAngle: Bool {
        switch self {
        case .sin, .cos, .tan, .cot, .sec, .csc: true
        default: false
        }
    }

    /// The function that `f^{-1}` denotes.
    var inverse: Function? {
        switch self {
        case .sin: .arcsin
        case .cos: .arccos
        case .tan: .arctan
        default: nil
        }
    }
}

extension Expression {
    /// The direct subexpressions.
    var children: [Expression] {
        switch self {
        case .number, .decimal, .symbol, .constant: []
        case .sum(let terms), .product(let terms), .call(_, let terms): terms
        case .quotient(let a, let b), .power(let a, let b), .root(let a, let b): [a, b]
        case .plusMinus(let a, _), .degrees(let a), .percent(let a): [a]
        }
    }

    /// Whether it or any part of it satisfies the condition.
    func contains(_ condition: (Expression) -> Bool) -> Bool {
        condition(self) || children.contains { $0.contains(condition) }
    }

    /// The names in it, sorted.
    var symbols: [String] {
        var names: Set<String> = []
        collect(&names)
        return names.sorted()
    }

    private func collect(_ names: inout Set<String>) {
        if case .symbol(let name) = self { names.insert(name) }
        for child in children { child.collect(&names) }
    }

    /// The formula with `change` applied to each part, innermost first.
    func mapped(_ change: (Expression) -> Expression) -> Expression {
        let inner: Expression =
            switch self {
            case .number, .decimal, .symbol, .constant: self
            case .sum(let terms): .sum(terms.map { $0.mapped(change) })
            case .product(let terms): .product(terms.map { $0.mapped(change) })
            case .call(let function, let terms): .call(function, terms.map { $0.mapped(change) })
            case .quotient(let a, let b): .quotient(a.mapped(change), b.mapped(change))
            case .power(let a, let b): .power(a.mapped(change), b.mapped(change))
            case .root(let a, let b): .root(a.mapped(change), index: b.mapped(change))
            case .plusMinus(let a, let isMinusFirst): .plusMinus(a.mapped(change), isMinusFirst: isMinusFirst)
            case .degrees(let a): .degrees(a.mapped(change))
            case .percent(let a): .percent(a.mapped(change))
            }
        return change(inner)
    }

    /// Whether it contains "log" without a base.
    var hasPlainLogarithm: Bool {
        contains { if case .call(.log, _) = $0 { true } else { false } }
    }

    var withNaturalLogarithms: Expression {
        mapped { if case .call(.log, let arguments) = $0 { .call(.ln, arguments) } else { $0 } }
    }

    /// Both readings of ±, or the formula itself if it has none.
    var signChoices: [Expression] {
        let isAmbiguous = contains { if case .plusMinus = $0 { true } else { false } }
        return isAmbiguous ? [resolved(isPlus: true), resolved(isPlus: false)] : [self]
    }

    private func resolved(isPlus: Bool) -> Expression {
        mapped { part in
            guard case .plusMinus(let term, let isMinusFirst) = part else { return part }
            return isPlus != isMinusFirst ? term : .negated(term)
        }
    }
}
