/// The value, modulo p, of a formula of sums, products, quotients and whole powers; see `Residue`.
///
/// Letters take values drawn for them; so do π and e, which is sound because, as far as anyone knows, no such formula
/// with fractions relates them to each other, and none relates either to fractions.
struct ResidueEvaluation {
    /// Larger exponents are refused: a chain of them could come back to where it began.
    private static let maximumExponent = 1_000_000_000

    /// Factorials of larger numbers are not multiplied out.
    private static let maximumFactors = 100_000

    let point: SamplePoint
    let field: Residue.Field
    let budget: StepBudget

    /// Returns nil if the formula contains roots, functions or i, or divides by zero modulo p.
    func value(_ expression: Expression) throws(MathProblem) -> Residue? {
        try budget.spend()
        switch expression {
        case .number(let value), .decimal(let value):
            try budget.spend(value.bitWidth / 32)
            return Residue(value, field)
        case .symbol(let name): return point.residue(name, field)
        case .constant(.pi): return point.residue("\\pi", field)
        case .constant(.e): return point.residue("\\e", field)
        case .constant, .root, .plusMinus: return nil
        case .degrees(let inner): return try value(inner)
        case .percent(let inner): return try value(inner)?.divided(by: Residue(100, field))
        case .sum(let terms): return try fold(terms, Residue(0, field)) { $0 + $1 }
        case .product(let factors): return try fold(factors, Residue(1, field)) { $0 * $1 }
        case .quotient(let above, let below):
            guard let above = try value(above), let below = try value(below) else { return nil }
            return above.divided(by: below)
        case .power(let base, let exponent):
            guard let exponent = try RationalEvaluation(budget: budget).value(exponent)?.int,
                let base = try value(base)
            else { return nil }
            return power(base, exponent)
        case .call(let function, let arguments):
            if let value = try RationalEvaluation(budget: budget).value(expression) { return Residue(value, field) }
            return try call(function, arguments)
        }
    }

    private func fold(
        _ terms: [Expression], _ start: Residue, _ combine: (Residue, Residue) -> Residue
    ) throws(MathProblem) -> Residue? {
        var result = start
        for term in terms {
            guard let value = try value(term) else { return nil }
            result = combine(result, value)
        }
        return result
    }

    /// Factorials and the like of numbers too large to multiply out.
    private func call(_ function: Function, _ arguments: [Expression]) throws(MathProblem) -> Residue? {
        var numbers: [Int] = []
        for argument in arguments {
            guard let number = try RationalEvaluation(budget: budget).value(argument)?.int else { return nil }
            numbers.append(number)
        }
        switch (function, numbers.count) {
        case (.factorial, 1): return try fallingFactorial(numbers[0], numbers[0])
        case (.permutations, 2): return try fallingFactorial(numbers[0], numbers[1])
        case (.binom, 2):
            let (n, k) = (numbers[0], min(numbers[1], numbers[0] - numbers[1]))
            guard n >= 0, numbers[1] >= 0, k >= 0, let above = try fallingFactorial(n, k),
                let below = try fallingFactorial(k, k)
            else { return nil }
            return above.divided(by: below)
        default: return nil
        }
    }

    /// n (n - 1) … (n - k + 1).
    private func fallingFactorial(_ n: Int, _ k: Int) throws(MathProblem) -> Residue? {
        // Far below p, so that no factor is zero.
        guard k >= 0, n >= k, k <= Self.maximumFactors else { return nil }
        try budget.spend(k)
        return (0..<k).reduce(Residue(1, field)) { $0 * Residue(UInt64(n - $1), field) }
    }

    private func power(_ base: Residue, _ exponent: Int) -> Residue? {
        if exponent == 0, base.value == 0 { return nil }
        guard exponent.magnitude <= Self.maximumExponent else { return nil }
        let power = base.power(UInt64(exponent.magnitude))
        return exponent < 0 ? Residue(1, field).divided(by: power) : power
    }
}
