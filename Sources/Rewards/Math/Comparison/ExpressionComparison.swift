/// Whether two formulas have the same value, whatever their letters are.
///
/// Three ways, the first that applies:
///
/// 1. both are fractions: exactly;
/// 2. both are built of letters, π and e by sums, products, quotients and whole powers: at one point each modulo
///    two primes (`Residue`), which decides as expanding both would, but for a chance of some d² 10⁻³⁶ for degree d;
/// 3. else in doubles at fixed points (`SamplePoint`), up to a relative 10⁻¹¹ of the largest term. Where at least three
///    points give both a real value, only these count: ln x² is 2 ln x where both are real, and √x² is not x.
///
/// A value written with a decimal point may have been rounded by its writer. It is equal to a value without letters
/// that is at most half a unit of the sixth decimal away, and at most 1/2000 of it.
struct ExpressionComparison {
    /// Half a unit of the sixth decimal: as exact as programs print.
    static let decimalTolerance = 5e-7
    /// Keeps small values apart: 0.0000002 is not 0.0000001.
    static let relativeDecimalTolerance = 5e-4
    /// Points that have to agree.
    private static let requiredPoints = 3

    let budget: StepBudget

    func areEqual(_ a: Expression, _ b: Expression) throws(MathProblem) -> Bool {
        if a == b { return true }
        if Self.isInfinite(a) || Self.isInfinite(b) { return try areEqualInfinities(a, b) }
        let exact = RationalEvaluation(budget: budget)
        let (x, y) = (try exact.value(a), try exact.value(b))
        if let x, let y, x == y { return true }
        if try areEqualAsDecimals(a, b) { return true }
        if x != nil, y != nil { return false }
        if let verdict = try compareResidues(a, b) { return verdict }
        return try compareValues(a, b)
    }

    // MARK: Infinity

    private static func isInfinite(_ expression: Expression) -> Bool {
        expression.contains { $0 == .constant(.infinity) }
    }

    private func areEqualInfinities(_ a: Expression, _ b: Expression) throws(MathProblem) -> Bool {
        guard let first = try infinitySign(a), let second = try infinitySign(b) else { return false }
        return first == second
    }

    /// Whether ∞ or a multiple of it is positive; nil for finite values and for anything else with ∞ in it.
    private func infinitySign(_ expression: Expression) throws(MathProblem) -> Bool? {
        switch expression {
        case .constant(.infinity): return true
        case .product(let factors):
            var isPositive = true, count = 0
            for factor in factors {
                if factor == .constant(.infinity) {
                    count += 1
                } else {
                    guard let value = try RationalEvaluation(budget: budget).value(factor), !value.isZero else {
                        return nil
                    }
                    if value.isNegative { isPositive.toggle() }
                }
            }
            return count == 1 ? isPositive : nil
        default: return nil
        }
    }

    // MARK: Decimals

    private func areEqualAsDecimals(_ a: Expression, _ b: Expression) throws(MathProblem) -> Bool {
        func hasDecimal(_ expression: Expression) -> Bool {
            expression.contains { if case .decimal = $0 { true } else { false } }
        }
        guard hasDecimal(a) || hasDecimal(b), a.symbols.isEmpty, b.symbols.isEmpty else { return false }
        let evaluation = ComplexEvaluation(point: SamplePoint(number: 0), budget: budget)
        guard let x = try evaluation.value(a), let y = try evaluation.value(b), x.isReal, y.isReal else { return false }
        let size = max(abs(x.re), abs(y.re))
        // Roundings of the two values themselves, so that half a unit is still half a unit.
        let roundings = size * 1e-15
        return abs(x.re - y.re) <= min(Self.decimalTolerance, Self.relativeDecimalTolerance * size) + roundings
    }

    // MARK: Points

    /// Nil where one of the two cannot be evaluated modulo p.
    private func compareResidues(_ a: Expression, _ b: Expression) throws(MathProblem) -> Bool? {
        for field in Residue.Field.allCases {
            let evaluation = ResidueEvaluation(point: SamplePoint(number: 0), field: field, budget: budget)
            guard let x = try evaluation.value(a), let y = try evaluation.value(b) else { return nil }
            if x != y { return false }
        }
        return true
    }

    private func compareValues(_ a: Expression, _ b: Expression) throws(MathProblem) -> Bool {
        var real = 0, all = 0
        var areAllClose = true
        let hasLetters = !a.symbols.isEmpty || !b.symbols.isEmpty
        for number in 0..<(hasLetters ? SamplePoint.count : 1) {
            let evaluation = ComplexEvaluation(point: SamplePoint(number: number), budget: budget)
            guard let x = try evaluation.value(a), let y = try evaluation.value(b), Self.isSignificant(x, y) else {
                continue
            }
            let isClose = x.isClose(to: y)
            if x.isReal, y.isReal {
                guard isClose else { return false }
                real += 1
            }
            all += 1
            areAllClose = areAllClose && isClose
        }
        guard hasLetters else { return all == 1 && areAllClose }
        return real >= Self.requiredPoints || all >= Self.requiredPoints && areAllClose
    }

    /// Something is left of the two values besides roundings, or their terms are small enough to trust a difference.
    private static func isSignificant(_ x: ComplexValue, _ y: ComplexValue) -> Bool {
        let scale = max(x.scale, y.scale)
        return max(x.magnitude, y.magnitude) > 1e-6 * scale || scale < 1e4
    }
}
