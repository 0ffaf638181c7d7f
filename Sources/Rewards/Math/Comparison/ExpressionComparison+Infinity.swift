extension ExpressionComparison {
    static func isInfinite(_ expression: Expression) -> Bool {
        expression.contains { $0 == .constant(.infinity) }
    }

    func compareInfinities(_ a: Expression, _ b: Expression) throws(MathProblem) -> Outcome {
        let (first, second) = (try infinitySign(a), try infinitySign(b))
        switch (first, second) {
        case (let first?, let second?): return Outcome(first == second)
        // Anything without ∞ is finite.
        case (nil, _?): return Self.isInfinite(a) ? .undecided : .different
        case (_?, nil): return Self.isInfinite(b) ? .undecided : .different
        case (nil, nil):
            let sorted = SortedForm(budget: budget)
            return try sorted.of(a) == sorted.of(b) ? .equal : .undecided
        }
    }

    /// Whether ∞ or a multiple of it is positive; nil for finite values and for any other expression with ∞.
    private func infinitySign(_ expression: Expression) throws(MathProblem) -> Bool? {
        switch expression {
        case .constant(.infinity): return true
        case .product(let factors):
            var isPositive = true, count = 0
            for factor in factors {
                if factor == .constant(.infinity) {
                    count += 1
                } else {
                    guard let isFactorPositive = try sign(factor) else { return nil }
                    if !isFactorPositive { isPositive.toggle() }
                }
            }
            return count == 1 ? isPositive : nil
        case .sum(let terms):
            // Finite terms change nothing; ∞ - ∞ has no value.
            var sign: Bool?
            for term in terms where Self.isInfinite(term) {
                guard let isPositive = try infinitySign(term), sign == nil || sign == isPositive else { return nil }
                sign = isPositive
            }
            return sign
        default: return nil
        }
    }

    /// Whether a finite value without letters is positive; nil for zero and if the sign is unknown.
    private func sign(_ factor: Expression) throws(MathProblem) -> Bool? {
        guard factor.symbols.isEmpty else { return nil }
        if let value = try RationalEvaluation(budget: budget).value(factor) {
            return value.isZero ? nil : !value.isNegative
        }
        let evaluation = ComplexEvaluation(point: SamplePoint(number: 0), budget: budget)
        guard let value = try evaluation.value(factor), value.isReal else { return nil }
        return abs(value.re) > ComplexValue.tolerance * value.scale ? value.re > 0 : nil
    }
}
