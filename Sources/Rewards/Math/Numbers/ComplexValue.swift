internal import Foundation

/// A complex number in doubles, with the size of the terms that were added up to it.
///
/// `scale` is at least the absolute value, and stays large if terms cancel: √2·√3 - √6 is about 4e-16 with a scale of
/// 2.4. Rounding errors are some 1e-16 of the scale, so equality of two values is judged relative to it.
struct ComplexValue: Sendable {
    var re: Double
    var im: Double
    var scale: Double
    /// The smallest term of its sums, relative to the largest: below some 10⁻¹¹ a term is lost in rounding errors, and
    /// two values that are close may differ in it.
    var grain: Double

    init(_ re: Double, _ im: Double = 0, scale: Double = 0, grain: Double = 1) {
        self.re = re
        self.im = im
        self.scale = max(scale, hypot(re, im))
        self.grain = grain
    }

    static let i = ComplexValue(0, 1)

    var magnitude: Double { hypot(re, im) }
    var argument: Double { atan2(im, re) }
    var isFinite: Bool { re.isFinite && im.isFinite && scale.isFinite }
    var isZero: Bool { re == 0 && im == 0 }

    /// Whether there is no imaginary part, up to rounding errors.
    var isReal: Bool { abs(im) <= Self.tolerance * scale }

    /// Relative to the scale: some 10⁵ rounding errors. Answers that differ do so by far more, and expressions have a
    /// few dozen terms.
    static let tolerance = 1e-11

    /// Whether the two are equal up to rounding errors.
    func isClose(to other: Self) -> Bool {
        hypot(re - other.re, im - other.im) <= Self.tolerance * max(scale, other.scale)
    }

    /// Whether a difference in any of its terms would show.
    var showsTerms: Bool { grain > 100 * Self.tolerance }
}

extension ComplexValue {
    static func + (a: Self, b: Self) -> Self {
        let (x, y) = (a.magnitude, b.magnitude)
        let ratio = x == 0 || y == 0 ? 1 : min(x, y) / max(a.scale, b.scale)
        return Self(
            a.re + b.re, a.im + b.im, scale: max(a.scale, b.scale), grain: min(a.grain, b.grain, ratio))
    }

    static prefix func - (a: Self) -> Self { Self(-a.re, -a.im, scale: a.scale, grain: a.grain) }

    static func * (a: Self, b: Self) -> Self {
        Self(
            a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re, scale: a.scale * b.scale,
            grain: min(a.grain, b.grain))
    }

    /// Returns nil for division by zero, or by what is zero up to rounding errors.
    func divided(by other: Self) -> Self? {
        let size = other.magnitude
        guard size > Self.tolerance * other.scale else { return nil }
        let (x, y) = (other.re / size, other.im / size)
        let growth = other.scale / size
        return Self(
            (re * x + im * y) / size, (im * x - re * y) / size, scale: scale / size * growth,
            grain: min(grain, other.grain))
    }

    /// e to this power. The relative error of a power is the absolute error of its exponent.
    var exponential: Self {
        let size = exp(re)
        return Self(size * cos(im), size * sin(im), scale: size * max(1, scale), grain: grain)
    }

    /// The principal value; nil at zero.
    var logarithm: Self? {
        let size = magnitude
        guard size > Self.tolerance * scale else { return nil }
        return Self(log(size), argument, scale: scale / size, grain: grain)
    }

    /// The principal value; nil for 0 to a power that is not positive.
    func power(_ exponent: Self) -> Self? {
        if isZero { return exponent.im == 0 && exponent.re > 0 ? Self(0) : nil }
        if exponent.im == 0, exponent.re == exponent.re.rounded(), abs(exponent.re) <= 64 {
            return whole(power: Int(exponent.re))
        }
        guard let logarithm else { return nil }
        return (logarithm * exponent).exponential
    }

    /// Uses repeated multiplication, which keeps real numbers real.
    private func whole(power: Int) -> Self? {
        var result = Self(1)
        for _ in 0..<abs(power) { result = result * self }
        return power < 0 ? Self(1).divided(by: result) : result
    }
}
