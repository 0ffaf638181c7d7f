/// Decides whether two formulas have the same value for all values of their letters.
///
/// These methods are tried in order until one decides:
///
/// 1. if both are fractions: exactly;
/// 2. if both are built of letters, π and e by sums, products, quotients and whole powers, or are factorials of given
///    numbers: at one point each modulo two primes (`Residue`), which decides as expanding both would, except with a
///    probability of some d² 10⁻³⁶ for degree d;
/// 3. if letters occur where only whole numbers can (n!, (-1)ⁿ, gcd): exactly, or in doubles, at points where they are
///    whole (`WholePoints`);
/// 4. in doubles at fixed points (`SamplePoint`), up to a relative 10⁻¹¹ of the largest term. If both have a real value
///    at three or more points, only these count: ln x² is 2 ln x where both are real, and √x² is not x;
/// 5. whether they are the same text once terms and factors are sorted (`SortedForm`), possibly after removing common
///    terms;
/// 6. whether bounds of their logarithms are disjoint (`SizeBounds`).
///
/// A value written with a decimal point may have been rounded by its writer. It equals a value without letters that is
/// at most half a unit of the sixth decimal away, and at most 1/2000 of it.
struct ExpressionComparison {
    /// Half a unit of the sixth decimal: the precision with which programs usually print.
    static let decimalTolerance = 5e-7
    /// Keeps small values apart: 0.0000002 is not 0.0000001.
    static let relativeDecimalTolerance = 5e-4

    /// The most bits of numerator and denominator at which a relative 10⁻¹¹ tells a fraction from its neighbours.
    private static let tellingBits = 36

    let budget: StepBudget

    private var sorted: SortedForm { SortedForm(budget: budget) }

    func compare(_ a: Expression, _ b: Expression) throws(MathProblem) -> Outcome {
        if a == b { return .equal }
        if Self.isInfinite(a) || Self.isInfinite(b) { return try compareInfinities(a, b) }
        let exact = RationalEvaluation(budget: budget)
        let (x, y) = (try exact.value(a), try exact.value(b))
        if let x, let y, x == y { return .equal }
        if try areEqualAsDecimals(a, b) { return .equal }
        if x != nil, y != nil { return .different }
        return try compareResidues(a, b)
            .or { () throws(MathProblem) in
                try compareValues(a, b, isLongNumber: (x ?? y).map { $0.bitWidth > Self.tellingBits } ?? false)
            }
            .or { () throws(MathProblem) in try compareTerms(sorted.of(a), sorted.of(b)) }
            .or { () throws(MathProblem) in try SizeBounds.compare(a, b, budget) }
    }

    /// Compares values at points: whole ones if letters have to be whole numbers, otherwise the usual ones, then some
    /// of other sizes.
    ///
    /// - Parameter isLongNumber: Whether one of the two is a fraction with more digits than doubles can tell from its
    ///   neighbours.
    private func compareValues(
        _ a: Expression, _ b: Expression, isLongNumber: Bool
    ) throws(MathProblem) -> Outcome {
        let letters = a.wholeLetters.union(b.wholeLetters)
        guard letters.isEmpty else { return try WholePoints(letters: letters, budget: budget).compare(a, b) }
        let hasLetters = !a.symbols.isEmpty || !b.symbols.isEmpty
        guard hasLetters else {
            let outcome = try compareValues(a, b, [SamplePoint(number: 0)], required: 1)
            // e^(π√163) is close to a whole number of 18 digits, but is not one.
            return outcome == .equal && isLongNumber ? .undecided : outcome
        }
        return try Outcome.undecided
            .or { () throws(MathProblem) in try compareValues(a, b, SamplePoint.usual, required: 3) }
            .or { () throws(MathProblem) in try compareValues(a, b, SamplePoint.small + SamplePoint.large, required: 3)
            }
    }

    /// Compares what is left without common terms: 10¹⁵ + √2 and 10¹⁵ + √3 then differ.
    private func compareTerms(_ a: Expression, _ b: Expression) throws(MathProblem) -> Outcome {
        if a == b { return .equal }
        guard case .sum(var terms) = a, case .sum(var others) = b else { return .undecided }
        let count = terms.count
        for index in terms.indices.reversed() {
            for other in others.indices where try compare(terms[index], others[other]) == .equal {
                terms.remove(at: index)
                others.remove(at: other)
                break
            }
        }
        if terms.isEmpty && others.isEmpty { return .equal }
        return terms.count == count ? .undecided : try compare(Self.sum(terms), Self.sum(others))
    }

    private static func sum(_ terms: [Expression]) -> Expression {
        switch terms.count {
        case 0: .number(.zero)
        case 1: terms[0]
        default: .sum(terms)
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

    /// Undecided if one of the two cannot be evaluated modulo p.
    private func compareResidues(_ a: Expression, _ b: Expression) throws(MathProblem) -> Outcome {
        for field in Residue.Field.allCases {
            let evaluation = ResidueEvaluation(point: SamplePoint(number: 0), field: field, budget: budget)
            guard let x = try evaluation.value(a), let y = try evaluation.value(b) else { return .undecided }
            if x != y { return .different }
        }
        return .equal
    }

    /// - Parameter required: The number of points that must agree.
    private func compareValues(
        _ a: Expression, _ b: Expression, _ points: [SamplePoint], required: Int
    ) throws(MathProblem) -> Outcome {
        var real = 0, close = 0, all = 0, showsTerms = true
        for point in points {
            let evaluation = ComplexEvaluation(point: point, budget: budget)
            guard let x = try evaluation.value(a), let y = try evaluation.value(b), Self.isSignificant(x, y) else {
                continue
            }
            let isClose = x.isClose(to: y)
            showsTerms = showsTerms && x.showsTerms && y.showsTerms
            if x.isReal, y.isReal {
                guard isClose else { return .different }
                real += 1
            }
            all += 1
            if isClose { close += 1 }
        }
        if real >= required || all >= required && close == all { return showsTerms ? .equal : .undecided }
        // Complex values may differ by the branch of roots and logarithms, so a difference shows nothing.
        return all >= required && close == 0 ? .different : .undecided
    }

    /// Whether something is left of the two values besides rounding errors, or their terms are small enough to trust a
    /// difference.
    private static func isSignificant(_ x: ComplexValue, _ y: ComplexValue) -> Bool {
        let scale = max(x.scale, y.scale)
        return max(x.magnitude, y.magnitude) > 1e-6 * scale || scale < 1e4
    }
}
