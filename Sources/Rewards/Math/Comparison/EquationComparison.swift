/// Decides whether two equations, or two inequalities, say the same.
///
/// They do if left - right of one is a nonzero multiple of that of the other, with the right sign for inequalities: `2x
/// - y = 1` is `y = 2x - 1` and `4x = 2y + 2`. Equations also do if they say the same about a letter in which both are
/// linear: `xy = 1` is `y = 1/x`.
struct EquationComparison {
    let budget: StepBudget

    typealias Sides = (left: Expression, right: Expression)

    /// The ratio of two formulas over all values of their letters.
    private enum Ratio {
        case constant(isPositive: Bool?)
        case varying, unknown
    }

    func compare(_ a: Sides, _ b: Sides) throws(MathProblem) -> Outcome {
        let comparison = ExpressionComparison(budget: budget)
        if try comparison.compare(a.left, b.left) == .equal, try comparison.compare(a.right, b.right) == .equal {
            return .equal
        }
        if try comparison.compare(a.left, b.right) == .equal, try comparison.compare(a.right, b.left) == .equal {
            return .equal
        }
        let (first, second) = (Self.difference(a), Self.difference(b))
        guard first.symbols == second.symbols else { return try compareNames(a, b) }
        guard !first.symbols.isEmpty else { return .undecided }
        switch try ratio(first, second) {
        case .constant: return .equal
        case .varying: return try compareZeros(first, second)
        case .unknown: return .undecided
        }
    }

    /// - Parameter relation: The first one's, which is an ordering or "≠", like the second's.
    func compare(
        _ a: Sides, _ relation: Answer.Relation, _ b: Sides, _ other: Answer.Relation
    ) throws(MathProblem) -> Outcome {
        let (first, second) = (Self.difference(a), Self.difference(b))
        guard !first.symbols.isEmpty, first.symbols == second.symbols,
            case .constant(let isPositive?) = try ratio(first, second)
        else { return .undecided }
        let turned = isPositive ? other : other.reversed
        return Outcome(relation == turned)
    }

    private static func difference(_ sides: Sides) -> Expression { .sum([sides.left, .negated(sides.right)]) }

    /// Compares equations of different letters: `x = 5` and `y = 5` assign values to different things, which is certain
    /// only for letters that stand alone.
    private func compareNames(_ a: Sides, _ b: Sides) throws(MathProblem) -> Outcome {
        if case .symbol(let name) = a.left, case .symbol(let other) = b.left, name != other { return .different }
        return a.left == b.left ? try ExpressionComparison(budget: budget).compare(a.right, b.right) : .undecided
    }

    // MARK: Ratios

    private func ratio(_ a: Expression, _ b: Expression) throws(MathProblem) -> Ratio {
        let areMultiples = try compareResidues(a, b)
        if areMultiples == false { return .varying }
        let ratio = try ratioOfValues(a, b)
        guard areMultiples == true, case .unknown = ratio else { return ratio }
        return .constant(isPositive: nil)
    }

    /// Compares a(P) b(Q) with b(P) a(Q) at points P and Q where no factor is zero.
    private func compareResidues(_ a: Expression, _ b: Expression) throws(MathProblem) -> Bool? {
        for field in Residue.Field.allCases {
            guard let verdict = try compareResidues(a, b, field) else { return nil }
            if !verdict { return false }
        }
        return true
    }

    private func compareResidues(
        _ a: Expression, _ b: Expression, _ field: Residue.Field
    ) throws(MathProblem) -> Bool? {
        var values: [(Residue, Residue)] = []
        for number in 0..<2 {
            let evaluation = ResidueEvaluation(point: SamplePoint(number: number), field: field, budget: budget)
            guard let x = try evaluation.value(a), let y = try evaluation.value(b) else { return nil }
            guard x.value != 0, y.value != 0 else { return false }
            values.append((x, y))
        }
        return values[0].0 * values[1].1 == values[0].1 * values[1].0
    }

    private func ratioOfValues(_ a: Expression, _ b: Expression) throws(MathProblem) -> Ratio {
        var first: ComplexValue?
        var count = 0
        for number in 0..<SamplePoint.count {
            let evaluation = ComplexEvaluation(point: SamplePoint(number: number), budget: budget)
            guard let x = try evaluation.value(a), let y = try evaluation.value(b), !x.isZero,
                let ratio = x.divided(by: y)
            else { continue }
            guard let first else {
                first = ratio
                continue
            }
            guard first.isClose(to: ratio) else { return .varying }
            count += 1
        }
        guard count >= 2, let first else { return .unknown }
        return .constant(isPositive: first.isReal ? first.re > 0 : nil)
    }

    // MARK: Zeros

    /// Compares what the equations `a = 0` and `b = 0` say about a letter in which both are linear; undecided if there
    /// is none, or if the other letters leave it open.
    private func compareZeros(_ a: Expression, _ b: Expression) throws(MathProblem) -> Outcome {
        for letter in a.symbols {
            var outcome: Outcome?
            for number in 0..<3 {
                let point = SamplePoint(number: number)
                guard let x = try zero(a, of: letter, at: point), let y = try zero(b, of: letter, at: point) else {
                    outcome = nil
                    break
                }
                guard x.isClose(to: y) else { return .different }
                outcome = .equal
            }
            if let outcome { return outcome }
        }
        return .undecided
    }

    /// How fast a formula grows with its only letter; nil if it is not linear or does not depend on the letter.
    func slope(of formula: Expression, in letter: String) throws(MathProblem) -> Double? {
        guard let line = try line(formula, in: letter, at: SamplePoint(number: 0)), line.slope.isReal,
            abs(line.slope.re) > ComplexValue.tolerance * line.slope.scale
        else { return nil }
        return line.slope.re
    }

    /// The zero of a formula that is linear in the letter; nil if it is not linear.
    private func zero(
        _ formula: Expression, of letter: String, at point: SamplePoint
    ) throws(MathProblem) -> ComplexValue? {
        guard let line = try line(formula, in: letter, at: point), let steps = (-line.start).divided(by: line.slope)
        else { return nil }
        return ComplexValue(0.5) + steps
    }

    /// A linear formula's value at 1/2, and its slope.
    private func line(
        _ formula: Expression, in letter: String, at point: SamplePoint
    ) throws(MathProblem) -> (start: ComplexValue, slope: ComplexValue)? {
        var values: [ComplexValue] = []
        for argument in [0.5, 1.5, 2.5, -1.25] {
            var point = point
            point.fixed[letter] = argument
            guard let value = try ComplexEvaluation(point: point, budget: budget).value(formula) else { return nil }
            values.append(value)
        }
        let slope = values[1] + -values[0]
        guard (values[1] + slope).isClose(to: values[2]),
            (values[0] + ComplexValue(-1.75) * slope).isClose(to: values[3])
        else { return nil }
        return (values[0], slope)
    }
}
