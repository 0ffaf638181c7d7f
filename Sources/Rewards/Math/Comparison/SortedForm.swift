/// Sorts and flattens the sums and products of formulas, so that those which differ only in that become equal.
struct SortedForm {
    let budget: StepBudget

    func of(_ expression: Expression) throws(MathProblem) -> Expression { try keyed(expression).expression }

    /// A sorted formula, with a text that identifies it.
    private typealias Keyed = (expression: Expression, key: String)

    private func keyed(_ expression: Expression) throws(MathProblem) -> Keyed {
        try budget.spend()
        switch expression {
        case .number(let value): return (expression, "n" + value.key)
        case .decimal(let value): return (expression, "d" + value.key)
        case .symbol(let name): return (expression, "s" + name)
        case .constant(let constant): return (expression, "c" + constant.rawValue)
        case .sum(let terms):
            let parts = try inOrder(terms) { if case .sum(let terms) = $0 { terms } else { nil } }
            return (.sum(parts.map(\.expression)), "+" + joined(parts))
        case .product(let factors):
            let parts = try inOrder(factors) { if case .product(let factors) = $0 { factors } else { nil } }
            return (.product(parts.map(\.expression)), "*" + joined(parts))
        case .call(let function, let arguments):
            let parts = try function.isSymmetric ? inOrder(arguments) { _ in nil } : all(arguments)
            return (.call(function, parts.map(\.expression)), function.rawValue + joined(parts))
        case .quotient(let a, let b):
            let parts = try all([a, b])
            return (.quotient(parts[0].expression, parts[1].expression), "/" + joined(parts))
        case .power(let a, let b):
            let parts = try all([a, b])
            return (.power(parts[0].expression, parts[1].expression), "^" + joined(parts))
        case .root(let a, let b):
            let parts = try all([a, b])
            return (.root(parts[0].expression, index: parts[1].expression), "r" + joined(parts))
        case .plusMinus(let a, let isMinusFirst):
            let part = try keyed(a)
            return (.plusMinus(part.expression, isMinusFirst: isMinusFirst), "±\(isMinusFirst)" + joined([part]))
        case .degrees(let a):
            let part = try keyed(a)
            return (.degrees(part.expression), "°" + joined([part]))
        case .percent(let a):
            let part = try keyed(a)
            return (.percent(part.expression), "%" + joined([part]))
        }
    }

    private func all(_ parts: [Expression]) throws(MathProblem) -> [Keyed] {
        var all: [Keyed] = []
        for part in parts { all.append(try keyed(part)) }
        return all
    }

    /// The parts sorted by key, with nested parts of the same kind merged in.
    private func inOrder(
        _ parts: [Expression], _ nested: (Expression) -> [Expression]?
    ) throws(MathProblem) -> [Keyed] {
        let flat = try all(flattened(parts, nested))
        try budget.spend(flat.reduce(0) { $0 + $1.key.utf8.count / 16 })
        return flat.sorted { $0.key < $1.key }
    }

    private func flattened(_ parts: [Expression], _ nested: (Expression) -> [Expression]?) -> [Expression] {
        parts.flatMap { part in nested(part).map { flattened($0, nested) } ?? [part] }
    }

    private func joined(_ parts: [Keyed]) -> String { "(" + parts.map(\.key).joined(separator: ",") + ")" }
}

extension Rational {
    fileprivate var key: String { "\(isNegative ? "-" : "")\(numerator.digits)/\(denominator.digits)" }
}
