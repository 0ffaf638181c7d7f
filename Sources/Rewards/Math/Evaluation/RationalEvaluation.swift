internal import Foundation

/// Computes the exact value of formulas whose value is a fraction.
struct RationalEvaluation {
    /// The limit for numerator and denominator together. Larger numbers, such as 2^20000, are compared modulo a prime
    /// instead.
    static let maximumBits = 8192
    /// Factorials and binomials of larger numbers are not multiplied out.
    private static let maximumFactors = 600

    let budget: StepBudget
    /// The values of letters; if nil, they have none.
    var point: SamplePoint?

    /// Returns nil if the value is not known to be a fraction (letters, roots, π, division by zero) or is too large.
    func value(_ expression: Expression) throws(MathProblem) -> Rational? {
        try budget.spend()
        switch expression {
        case .number(let value), .decimal(let value): return value.bitWidth <= Self.maximumBits ? value : nil
        case .symbol(let name): return point?.rational(name)
        case .constant, .plusMinus: return nil
        case .root(let radicand, let index):
            guard let radicand = try value(radicand), let index = try value(index)?.int else { return nil }
            return try root(radicand, index)
        case .degrees(let inner): return try value(inner)
        case .percent(let inner):
            guard let number = try value(inner) else { return nil }
            return try quotient(number, Rational(100))
        case .sum(let terms): return try fold(terms) { $0 + $1 }
        case .product(let factors): return try fold(factors) { $0 * $1 }
        case .quotient(let above, let below):
            guard let above = try value(above), let below = try value(below) else { return nil }
            return try quotient(above, below)
        case .power(let base, let exponent):
            return try power(base, exponent)
        case .call(let function, let arguments): return try call(function, arguments)
        }
    }

    private func fold(
        _ terms: [Expression], _ combine: (Rational, Rational) -> Rational
    ) throws(MathProblem) -> Rational? {
        guard var result = try value(terms[0]) else { return nil }
        for term in terms.dropFirst() {
            guard let next = try value(term) else { return nil }
            try spend(result, next)
            result = combine(result, next)
            guard result.bitWidth <= Self.maximumBits else { return nil }
        }
        return result
    }

    private func quotient(_ above: Rational, _ below: Rational) throws(MathProblem) -> Rational? {
        guard !below.isZero else { return nil }
        try spend(above, below)
        return above / below
    }

    /// Charges the budget for multiplying the digits and, for fractions, for reducing them to lowest terms.
    private func spend(_ a: Rational, _ b: Rational) throws(MathProblem) {
        let (first, second) = (1 + a.bitWidth / 32, 1 + b.bitWidth / 32)
        let isReduced = a.isWhole && b.isWhole
        try budget.spend(isReduced ? first * second : (first + second) * (first + second))
    }

    private func power(_ base: Expression, _ exponent: Expression) throws(MathProblem) -> Rational? {
        guard let exponent = try value(exponent) else { return nil }
        // (√2)⁸⁰ is 2⁴⁰.
        if case .root(let radicand, let index) = base, let index = try value(index), !index.isZero,
            let whole = (exponent / index).int, let radicand = try value(radicand), !radicand.isNegative
        {
            return try power(radicand, whole)
        }
        guard let base = try value(base) else { return nil }
        if let whole = exponent.int { return try power(base, whole) }
        guard !base.isNegative, let above = exponent.numerator.int, let index = exponent.denominator.int,
            let root = try root(base, index)
        else { return nil }
        return try power(root, exponent.isNegative ? -above : above)
    }

    /// The root of a perfect power; nil for any other number, whose root is not a fraction.
    private func root(_ radicand: Rational, _ index: Int) throws(MathProblem) -> Rational? {
        guard (2...64).contains(index), !radicand.isNegative || index % 2 != 0 else { return nil }
        guard let above = try root(radicand.numerator, index), let below = try root(radicand.denominator, index) else {
            return nil
        }
        return Rational(isNegative: radicand.isNegative, above, over: below)
    }

    /// Uses Newton's method from above, or the nearest double if that is exact.
    private func root(_ number: Magnitude, _ index: Int) throws(MathProblem) -> Magnitude? {
        guard number.bitWidth > 1 else { return number }
        if number.bitWidth <= 52 {
            let nearest = Magnitude(UInt64(pow(number.double, 1 / Double(index)).rounded()))
            return nearest.power(UInt(index)) == number ? nearest : nil
        }
        let bits = number.bitWidth / index + 1
        var guess = Magnitude.one.shifted(by: bits)
        while true {
            let digits = 1 + number.bitWidth / 32
            try budget.spend(2 * digits * digits)
            let power = guess.power(UInt(index - 1))
            let next = (guess * Magnitude(UInt64(index - 1)) + number.quotientAndRemainder(dividingBy: power).quotient)
                .quotientAndRemainder(dividingBy: Magnitude(UInt64(index))).quotient
            guard next < guess else { return guess * power == number ? guess : nil }
            guess = next
        }
    }

    private func power(_ base: Rational, _ exponent: Int) throws(MathProblem) -> Rational? {
        if base.isZero { return exponent > 0 ? base : nil }
        if base.magnitude == .one { return base.isNegative && exponent % 2 != 0 ? base : .one }
        guard exponent.magnitude <= UInt(Self.maximumBits / base.bitWidth) else { return nil }
        let digits = 1 + base.bitWidth * Int(exponent.magnitude) / 32
        try budget.spend(digits * digits)
        return base.power(exponent)
    }

    private func call(_ function: Function, _ arguments: [Expression]) throws(MathProblem) -> Rational? {
        var values: [Rational] = []
        for argument in arguments {
            guard let value = try value(argument) else { return nil }
            values.append(value)
        }
        switch (function, values.count) {
        case (.abs, 1): return values[0].magnitude
        case (.floor, 1): return values[0].floor
        case (.ceil, 1): return values[0].negated.floor.negated
        case (.max, 1...): return values.max()
        case (.min, 1...): return values.min()
        case (.gcd, 2...), (.lcm, 2...): return try common(function, values)
        case (.factorial, 1):
            guard let n = values[0].int, n >= 0 else { return nil }
            return try binomial(n, n, isFactorial: true)
        case (.doubleFactorial, 1):
            guard let n = values[0].int, n >= 0 else { return nil }
            return try doubleFactorial(n)
        case (.binom, 2):
            guard let n = values[0].int, let k = values[1].int, n >= 0, k >= 0 else { return nil }
            return k > n ? .zero : try binomial(n, min(k, n - k), isFactorial: false)
        case (.permutations, 2):
            guard let n = values[0].int, let k = values[1].int, n >= 0, k >= 0 else { return nil }
            return k > n ? .zero : try binomial(n, k, isFactorial: true)
        case (.gamma, 1):
            guard let n = values[0].int, n >= 1 else { return nil }
            return try binomial(n - 1, n - 1, isFactorial: true)
        case (.mod, 2): return try remainder(values[0], values[1])
        default: return nil
        }
    }

    /// n (n - 2) (n - 4) … down to 1 or 2.
    private func doubleFactorial(_ n: Int) throws(MathProblem) -> Rational? {
        guard n <= Self.maximumFactors else { return nil }
        var result = Rational.one
        for factor in stride(from: n, to: 1, by: -2) {
            try spend(result, .one)
            result = result * Rational(factor)
            guard result.bitWidth <= Self.maximumBits else { return nil }
        }
        return result
    }

    /// The remainder, from 0 to below the divisor.
    private func remainder(_ value: Rational, _ divisor: Rational) throws(MathProblem) -> Rational? {
        guard value.isWhole, divisor.isWhole, !divisor.isNegative, !divisor.isZero else { return nil }
        try spend(value, divisor)
        return value - divisor * (value / divisor).floor
    }

    /// n (n - 1) … (n - k + 1), over k! for a binomial.
    private func binomial(_ n: Int, _ k: Int, isFactorial: Bool) throws(MathProblem) -> Rational? {
        guard k <= Self.maximumFactors else { return nil }
        var result = Rational.one
        for step in 0..<k {
            try spend(result, .one)
            result = result * Rational(n - step)
            if !isFactorial { result = result / Rational(step + 1) }
            guard result.bitWidth <= Self.maximumBits else { return nil }
        }
        return result
    }

    private func common(_ function: Function, _ values: [Rational]) throws(MathProblem) -> Rational? {
        guard values.allSatisfy(\.isWhole), values.allSatisfy({ !$0.isZero }) else { return nil }
        var result = values[0].numerator
        for value in values.dropFirst() {
            try spend(Rational(result), value)
            let divisor = Magnitude.greatestCommonDivisor(result, value.numerator)
            result =
                function == .gcd
                ? divisor : result.quotientAndRemainder(dividingBy: divisor).quotient * value.numerator
            guard result.bitWidth <= Self.maximumBits else { return nil }
        }
        return Rational(result)
    }
}
