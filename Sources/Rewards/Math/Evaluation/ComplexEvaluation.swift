internal import Foundation

/// Evaluates any formula in doubles, at given values of its letters.
struct ComplexEvaluation {
    let point: SamplePoint
    let budget: StepBudget

    /// Returns nil if there is no value: division by zero, overflow, or an argument outside a function's domain.
    func value(_ expression: Expression) throws(MathProblem) -> ComplexValue? {
        try budget.spend()
        guard let value = try unchecked(expression), value.isFinite else { return nil }
        return value
    }

    private func unchecked(_ expression: Expression) throws(MathProblem) -> ComplexValue? {
        switch expression {
        case .number(let value), .decimal(let value): return ComplexValue(value.double)
        case .symbol(let name): return ComplexValue(point.real(name))
        case .constant(.pi): return ComplexValue(.pi)
        case .constant(.e): return ComplexValue(M_E)
        case .constant(.i): return .i
        case .constant(.infinity), .plusMinus: return nil
        case .degrees(let inner): return try value(inner)
        case .percent(let inner): return try value(inner).map { $0 * ComplexValue(0.01) }
        case .sum(let terms): return try fold(terms) { $0 + $1 }
        case .product(let factors): return try fold(factors) { $0 * $1 }
        case .quotient(let above, let below):
            guard let above = try value(above), let below = try value(below) else { return nil }
            return above.divided(by: below)
        case .power(let base, let exponent):
            guard let base = try value(base), let exponent = try value(exponent) else { return nil }
            return base.power(exponent)
        case .root(let radicand, let index):
            guard let radicand = try value(radicand), let index = try value(index) else { return nil }
            return root(radicand, index)
        case .call(let function, let arguments): return try call(function, arguments)
        }
    }

    private func fold(
        _ terms: [Expression], _ combine: (ComplexValue, ComplexValue) -> ComplexValue
    ) throws(MathProblem) -> ComplexValue? {
        guard var result = try value(terms[0]) else { return nil }
        for term in terms.dropFirst() {
            guard let next = try value(term) else { return nil }
            result = combine(result, next)
        }
        return result
    }

    /// The principal root, except the real one for a negative number with an odd index.
    private func root(_ radicand: ComplexValue, _ index: ComplexValue) -> ComplexValue? {
        guard let exponent = ComplexValue(1).divided(by: index) else { return nil }
        let isOdd = index.im == 0 && index.re == index.re.rounded() && index.re.remainder(dividingBy: 2) != 0
        guard isOdd, radicand.im == 0, radicand.re < 0 else { return radicand.power(exponent) }
        return (-radicand).power(exponent).map { -$0 }
    }

    // MARK: Functions

    private func call(_ function: Function, _ arguments: [Expression]) throws(MathProblem) -> ComplexValue? {
        let exact = RationalEvaluation(budget: budget, point: point.wholeLetters.isEmpty ? nil : point)
        if let value = try exact.value(.call(function, arguments)) { return ComplexValue(value.double) }
        if function == .max || function == .min { return try extreme(function, arguments) }
        guard arguments.count == 1 else { return nil }
        let argument = function.takesAngle ? arguments[0].mapped(Self.radians) : arguments[0]
        guard let x = try value(argument) else { return nil }
        switch function {
        case .exp: return x.exponential
        case .ln: return x.logarithm
        case .log, .lg: return x.logarithm.map { $0 * ComplexValue(1 / M_LN10) }
        case .abs: return ComplexValue(x.magnitude, scale: x.scale, grain: x.grain)
        case .floor, .ceil: return rounded(x, function)
        case .factorial: return gamma(x + ComplexValue(1))
        case .gamma: return gamma(x)
        default: return x.isReal ? real(function, x) : nil
        }
    }

    private func extreme(_ function: Function, _ arguments: [Expression]) throws(MathProblem) -> ComplexValue? {
        var values: [ComplexValue] = []
        for argument in arguments {
            guard let value = try value(argument), value.isReal else { return nil }
            values.append(value)
        }
        return function == .max ? values.max { $0.re < $1.re } : values.min { $0.re < $1.re }
    }

    /// Γ of a positive real number; n! is Γ(n + 1).
    private func gamma(_ x: ComplexValue) -> ComplexValue? {
        guard x.isReal, x.re > 0, x.scale < 150 else { return nil }
        let value = tgamma(x.re)
        // A relative error of x grows by x Γ'/Γ, some x ln x.
        return ComplexValue(value, scale: value * max(1, x.scale) * max(1, log(x.scale)))
    }

    /// 30° as an angle is π/6.
    private static func radians(_ part: Expression) -> Expression {
        guard case .degrees(let angle) = part else { return part }
        return .quotient(.product([angle, .constant(.pi)]), .number(Rational(180)))
    }

    /// Returns nil next to a whole number, where rounding errors would decide.
    private func rounded(_ x: ComplexValue, _ function: Function) -> ComplexValue? {
        guard x.isReal, abs(x.re - x.re.rounded()) > ComplexValue.tolerance * x.scale else { return nil }
        return ComplexValue(function == .floor ? x.re.rounded(.down) : x.re.rounded(.up))
    }

    private func real(_ function: Function, _ x: ComplexValue) -> ComplexValue? {
        // Nothing would be left of the argument's last digits.
        guard x.scale < 1e4 else { return nil }
        let value: Double
        switch function {
        case .sin: value = Foundation.sin(x.re)
        case .cos: value = Foundation.cos(x.re)
        case .tan: return ratio(Foundation.sin(x.re), Foundation.cos(x.re), x.scale)
        case .cot: return ratio(Foundation.cos(x.re), Foundation.sin(x.re), x.scale)
        case .sec: return ratio(1, Foundation.cos(x.re), x.scale)
        case .csc: return ratio(1, Foundation.sin(x.re), x.scale)
        case .arcsin: value = Foundation.asin(x.re)
        case .arccos: value = Foundation.acos(x.re)
        case .arctan: value = Foundation.atan(x.re)
        case .sinh: return ComplexValue(Foundation.sinh(x.re), scale: Foundation.cosh(x.re), grain: x.grain)
        case .cosh: value = Foundation.cosh(x.re)
        case .tanh: value = Foundation.tanh(x.re)
        default: return nil
        }
        return ComplexValue(value, scale: max(1, x.scale), grain: x.grain)
    }

    private func ratio(_ above: Double, _ below: Double, _ scale: Double) -> ComplexValue? {
        let scale = max(1, scale)
        return ComplexValue(above, scale: scale).divided(by: ComplexValue(below, scale: scale))
    }
}
