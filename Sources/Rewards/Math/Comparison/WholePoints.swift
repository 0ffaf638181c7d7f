/// Compares formulas at points where some letters are whole numbers: n! and gcd(a, b) have no other values here.
struct WholePoints {
    /// Letters that must be whole.
    let letters: Set<String>
    let budget: StepBudget

    /// The number of points that must agree. Both sides are zero at many (a binomial above its triangle), which shows
    /// little, so only points where they are not zero count, unless all are.
    private static let required = 8

    func compare(_ a: Expression, _ b: Expression) throws(MathProblem) -> Outcome {
        var agreeing = 0, zeros = 0
        for number in 0..<SamplePoint.wholeCount {
            let point = SamplePoint(number: number, wholeLetters: letters)
            guard let (isEqual, isZero) = try compare(a, b, at: point) else { continue }
            guard isEqual else { return .different }
            if isZero { zeros += 1 } else { agreeing += 1 }
        }
        return agreeing >= Self.required || agreeing == 0 && zeros >= Self.required ? .equal : .undecided
    }

    /// Returns nil if one of the two has no known value.
    private func compare(
        _ a: Expression, _ b: Expression, at point: SamplePoint
    ) throws(MathProblem) -> (isEqual: Bool, isZero: Bool)? {
        let exact = RationalEvaluation(budget: budget, point: point)
        if let x = try exact.value(a), let y = try exact.value(b) { return (x == y, x.isZero && y.isZero) }
        let evaluation = ComplexEvaluation(point: point, budget: budget)
        guard let x = try evaluation.value(a), let y = try evaluation.value(b) else { return nil }
        let isClose = x.isClose(to: y)
        guard !isClose || x.showsTerms && y.showsTerms else { return nil }
        return (isClose, x.isZero && y.isZero)
    }
}

extension Expression {
    /// Letters that must be whole numbers for the formula to have a value: those in the arguments of n! and the like,
    /// and in the exponents of negative numbers.
    var wholeLetters: Set<String> {
        var letters: Set<String> = []
        collectWholeLetters(&letters)
        return letters
    }

    private func collectWholeLetters(_ letters: inout Set<String>) {
        switch self {
        case .call(let function, let arguments) where function.takesWholeNumbers:
            for argument in arguments { letters.formUnion(argument.symbols) }
        case .power(let base, let exponent) where base.isNegativeNumber: letters.formUnion(exponent.symbols)
        default: break
        }
        for child in children { child.collectWholeLetters(&letters) }
    }

    private var isNegativeNumber: Bool {
        switch self {
        case .number(let value), .decimal(let value): value.isNegative
        default: false
        }
    }
}
