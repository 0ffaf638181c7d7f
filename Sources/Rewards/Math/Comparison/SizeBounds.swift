internal import Foundation

/// Bounds of ln |x| for a formula without letters, for values far beyond the range of doubles: 10^(10^10), 5000!.
///
/// They can only tell values apart, never show them equal.
struct SizeBounds {
    /// ln |x| is at least `low` and at most `high`; -∞ and ∞ if nothing is known.
    var low: Double
    var high: Double

    static func compare(_ a: Expression, _ b: Expression, _ budget: StepBudget) throws(MathProblem) -> Outcome {
        guard a.symbols.isEmpty, b.symbols.isEmpty else { return .undecided }
        let (x, y) = (try of(a, budget), try of(b, budget))
        return x.high < y.low || y.high < x.low ? .different : .undecided
    }

    private static let unknown = SizeBounds(low: -.infinity, high: .infinity)

    /// Bounds around a value, with a margin for the rounding errors in it.
    private static func about(_ logarithm: Double) -> SizeBounds {
        let slack = abs(logarithm) * 1e-9 + 1e-9
        return logarithm.isNaN ? unknown : SizeBounds(low: logarithm - slack, high: logarithm + slack)
    }

    private static func of(_ expression: Expression, _ budget: StepBudget) throws(MathProblem) -> SizeBounds {
        try budget.spend()
        if let value = try ComplexEvaluation(point: SamplePoint(number: 0), budget: budget).value(expression) {
            // If a value's terms cancel, only an upper bound is left.
            let isKnown = value.magnitude > ComplexValue.tolerance * value.scale
            return isKnown ? about(log(value.magnitude)) : SizeBounds(low: -.infinity, high: log(value.scale) + 1)
        }
        switch expression {
        case .product(let factors):
            var bounds = SizeBounds(low: 0, high: 0)
            for factor in factors { bounds = bounds.plus(try of(factor, budget)) }
            return bounds
        case .quotient(let above, let below):
            let divisor = try of(below, budget)
            return try of(above, budget).plus(SizeBounds(low: -divisor.high, high: -divisor.low))
        case .sum(let terms):
            var parts: [SizeBounds] = []
            for term in terms { parts.append(try of(term, budget)) }
            return sum(parts)
        case .power(let base, let exponent): return try power(base, exponent, budget)
        case .call(.factorial, let arguments) where arguments.count == 1: return try factorial(arguments[0], budget)
        default: return unknown
        }
    }

    private func plus(_ other: SizeBounds) -> SizeBounds {
        // ∞ - ∞ is unknown.
        let (low, high) = (low + other.low, high + other.high)
        return SizeBounds(low: low.isNaN ? -.infinity : low, high: high.isNaN ? .infinity : high)
    }

    /// A lower bound requires one term to outweigh all others together.
    private static func sum(_ parts: [SizeBounds]) -> SizeBounds {
        let count = log(Double(parts.count))
        let high = (parts.map(\.high).max() ?? 0) + count
        guard let largest = parts.indices.max(by: { parts[$0].low < parts[$1].low }) else { return unknown }
        let others = parts.indices.filter { $0 != largest }.map { parts[$0].high }.max() ?? -.infinity
        let outweighs = parts[largest].low > others + count + 1
        return SizeBounds(low: outweighs ? parts[largest].low - 1 : -.infinity, high: high)
    }

    private static func power(
        _ base: Expression, _ exponent: Expression, _ budget: StepBudget
    ) throws(MathProblem) -> SizeBounds {
        let base = try of(base, budget), exponent = try signed(exponent, budget)
        guard base.low > 0, let exponent else { return unknown }
        // ln |bᵉ| = e ln |b|, with ln |b| above zero.
        let ends = [
            base.low * exponent.low, base.low * exponent.high, base.high * exponent.low, base.high * exponent.high,
        ]
        guard !ends.contains(where: \.isNaN), let low = ends.min(), let high = ends.max() else { return unknown }
        return SizeBounds(low: low, high: high)
    }

    private static func factorial(_ argument: Expression, _ budget: StepBudget) throws(MathProblem) -> SizeBounds {
        guard let n = try signed(argument, budget), n.low >= 1 else { return unknown }
        // ln n! is n ln n - n + O(ln n).
        return SizeBounds(low: lgamma(n.low + 1) * (1 - 1e-9), high: lgamma(n.high + 1) * (1 + 1e-9))
    }

    /// Bounds of the value itself if its sign is known; otherwise nil.
    private static func signed(_ expression: Expression, _ budget: StepBudget) throws(MathProblem) -> SizeBounds? {
        if let value = try ComplexEvaluation(point: SamplePoint(number: 0), budget: budget).value(expression) {
            guard value.isReal else { return nil }
            let slack = value.scale * 1e-9
            return SizeBounds(low: value.re - slack, high: value.re + slack)
        }
        guard expression.isPositive else { return nil }
        let bounds = try of(expression, budget)
        return SizeBounds(low: exp(bounds.low), high: exp(bounds.high))
    }
}

extension Expression {
    /// Whether it is built from positive numbers by operations that keep them positive.
    fileprivate var isPositive: Bool {
        switch self {
        case .number(let value), .decimal(let value): !value.isNegative && !value.isZero
        case .constant(let constant): constant == .pi || constant == .e
        case .call(.factorial, let parts), .sum(let parts), .product(let parts): parts.allSatisfy(\.isPositive)
        case .quotient(let a, let b): a.isPositive && b.isPositive
        case .power(let base, _): base.isPositive
        default: false
        }
    }
}
