/// A number modulo a 61-bit prime.
///
/// Sums, products and powers of exact numbers keep their equalities here at constant cost, however large they are: two
/// different polynomials of degree d agree at a random point with probability at most d / p (the Schwartz-Zippel
/// lemma), some 10⁻¹⁶ for d of a few hundred.
struct Residue: Equatable, Sendable {
    /// The choice of prime.
    enum Field: CaseIterable, Sendable {
        case first, second

        /// p is such that (p - 1) / 2 is prime too. So no power of a number other than 0 and ±1 is 1 again below an
        /// exponent of 2⁵⁹; modulo 2⁶¹ - 1, for example, 2⁶¹ would be 1.
        var modulus: UInt64 {
            switch self {
            case .first: 2_293_497_330_312_451_247
            case .second: 1_828_147_689_020_145_947
            }
        }
    }

    let value: UInt64
    let field: Field

    /// - Parameter value: Any value; it is reduced.
    init(_ value: UInt64, _ field: Field) {
        self.value = value % field.modulus
        self.field = field
    }

    /// Returns nil if the denominator is divisible by p.
    init?(_ rational: Rational, _ field: Field) {
        let top = Residue(rational.numerator.remainder(modulo: field.modulus), field)
        let bottom = Residue(rational.denominator.remainder(modulo: field.modulus), field)
        guard let quotient = top.divided(by: bottom) else { return nil }
        self = rational.isNegative ? Residue(0, field) - quotient : quotient
    }

    static func + (left: Self, right: Self) -> Self { Self(left.value + right.value, left.field) }

    static func - (left: Self, right: Self) -> Self {
        Self(left.value + left.field.modulus - right.value, left.field)
    }

    static func * (left: Self, right: Self) -> Self {
        let wide = left.value.multipliedFullWidth(by: right.value)
        return Self(left.field.modulus.dividingFullWidth(wide).remainder, left.field)
    }

    func power(_ exponent: UInt64) -> Self {
        var result = Residue(1, field), base = self, rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result = result * base }
            base = base * base
            rest >>= 1
        }
        return result
    }

    /// Returns nil for division by zero.
    func divided(by other: Self) -> Self? {
        // a^(p-2) is the inverse of a (Fermat).
        other.value == 0 ? nil : self * other.power(field.modulus - 2)
    }
}
