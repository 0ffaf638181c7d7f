/// Whether two equations say the same: left - right of one is a multiple of that of the other.
///
/// The multiple is any number but zero: `2x - y = 1` is `y = 2x - 1` and `4x = 2y + 2`.
struct EquationComparison {
    let budget: StepBudget

    typealias Sides = (left: Expression, right: Expression)

    func areEquivalent(_ a: Sides, _ b: Sides) throws(MathProblem) -> Bool {
        let comparison = ExpressionComparison(budget: budget)
        if try comparison.areEqual(a.left, b.left), try comparison.areEqual(a.right, b.right) { return true }
        if try comparison.areEqual(a.left, b.right), try comparison.areEqual(a.right, b.left) { return true }
        let (first, second) = (Self.difference(a), Self.difference(b))
        guard !first.symbols.isEmpty, first.symbols == second.symbols else { return false }
        if let verdict = try compareResidues(first, second) { return verdict }
        return try compareValues(first, second)
    }

    private static func difference(_ sides: Sides) -> Expression { .sum([sides.left, .negated(sides.right)]) }

    /// a(P) b(Q) = b(P) a(Q) at points P and Q, where no factor is zero.
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

    private func compareValues(_ a: Expression, _ b: Expression) throws(MathProblem) -> Bool {
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
            guard first.isClose(to: ratio) else { return false }
            count += 1
        }
        return count >= 2
    }
}
