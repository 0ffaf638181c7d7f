import Testing

@testable import Rewards

@Suite("Magnitude and Rational")
struct NumberTests {
    private struct Draws: RandomNumberGenerator {
        var state: UInt64 = 7
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    /// Digits with many zeros and ones in them, where carries and wrong guesses happen.
    private func draw(_ count: Int, _ draws: inout Draws) -> Magnitude {
        Magnitude(
            digits: (0..<count).map { _ in
                [0, 1, UInt32.max, UInt32.max - 1, 0x8000_0000, draws.next32()].randomElement(using: &draws)!
            })
    }

    @Test("Division and multiplication undo each other for all sizes")
    func division() {
        var draws = Draws()
        for _ in 0..<4000 {
            let dividend = draw(Int.random(in: 0..<9, using: &draws), &draws)
            let divisor = draw(Int.random(in: 1..<6, using: &draws), &draws)
            guard !divisor.isZero else { continue }
            let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
            #expect(remainder < divisor)
            #expect(quotient * divisor + remainder == dividend)
        }
    }

    @Test("128-bit arithmetic of the standard library gives the same")
    func againstStandardLibrary() {
        var draws = Draws()
        func magnitude(_ value: UInt128) -> Magnitude {
            Magnitude(digits: (0..<4).map { UInt32(truncatingIfNeeded: value >> UInt128(32 * $0)) })
        }
        for _ in 0..<2000 {
            let a = UInt128(draws.next()), b = UInt128(draws.next() >> UInt64.random(in: 0..<60, using: &draws)) + 1
            #expect(magnitude(a) * magnitude(b) == magnitude(a * b))
            #expect(magnitude(a * b) + magnitude(a) == magnitude(a * b + a))
            #expect(magnitude(a * b) - magnitude(b) == magnitude(a * b - b))
            #expect(magnitude(a).quotientAndRemainder(dividingBy: magnitude(b)).quotient == magnitude(a / b))
            #expect(
                magnitude(a * b).remainder(modulo: Residue.Field.first.modulus)
                    == UInt64(a * b % UInt128(Residue.Field.first.modulus)))
        }
    }

    @Test("Decimal digits of any length are read exactly")
    func decimal() {
        #expect(Magnitude(decimal: "18446744073709551616".utf8) == Magnitude(digits: [0, 0, 1]))
        #expect(Magnitude(decimal: "000".utf8).isZero)
    }

    @Test("Fractions are in lowest terms with a positive denominator, and zero has one form")
    func lowestTerms() {
        let half = Rational(isNegative: true, Magnitude(6), over: Magnitude(12))
        #expect(half == Rational(-1) / Rational(2))
        #expect(half + Rational(1) == Rational(1) / Rational(2))
        #expect(half - half == .zero && !(half - half).isNegative)
        #expect((Rational(-7) / Rational(2)).floor == Rational(-4))
        #expect(Rational(2).power(-3) == Rational(1) / Rational(8))
        #expect(Rational(-2).power(3) == Rational(-8))
        #expect(Rational(-1) / Rational(3) < Rational(-1) / Rational(4))
    }

    @Test("A fraction of numbers beyond the range of doubles is a finite double")
    func doubles() {
        let large = Rational(10).power(400)
        #expect((large / (large + Rational(1))).double == 1)
        #expect((Rational(3) * large / (Rational(4) * large + Rational(1))).double == 0.75)
        #expect((Rational(1) / large).double == 0)
        #expect(large.double == .infinity)
        #expect((Rational(1) / Rational(3)).double == 1.0 / 3)
    }

    @Test("Residues keep sums, products and quotients", arguments: Residue.Field.allCases)
    func residues(field: Residue.Field) throws {
        func residue(_ value: UInt64) -> Residue { Residue(value, field) }
        let third = try #require(Residue(Rational(1) / Rational(3), field))
        #expect(third * residue(3) == residue(1))
        #expect(third + third + third == residue(1))
        #expect(Residue(Rational(-1), field) == residue(field.modulus - 1))
        #expect(residue(5).divided(by: residue(0)) == nil)
        // Fermat: true of a prime, and of the half of p - 1 only as ±1.
        #expect(residue(2).power(field.modulus - 1) == residue(1))
        let root = residue(2).power((field.modulus - 1) / 2)
        #expect(root == residue(1) || root == residue(field.modulus - 1))
    }
}

extension RandomNumberGenerator {
    fileprivate mutating func next32() -> UInt32 { UInt32(truncatingIfNeeded: next()) }
}
