/// An exact fraction of any size in lowest terms, with a positive denominator. Zero is 0/1 and not negative.
struct Rational: Equatable, Hashable, Sendable {
    let isNegative: Bool
    let numerator: Magnitude
    let denominator: Magnitude

    static let zero = Rational(0)
    static let one = Rational(1)

    init(_ value: Int) {
        isNegative = value < 0
        numerator = Magnitude(UInt64(value.magnitude))
        denominator = .one
    }

    /// - Precondition: `denominator` is not zero.
    init(isNegative: Bool = false, _ numerator: Magnitude, over denominator: Magnitude = .one) {
        precondition(!denominator.isZero, "a fraction over zero")
        let divisor = denominator == .one ? .one : Magnitude.greatestCommonDivisor(numerator, denominator)
        let isLowest = divisor == .one
        self.isNegative = isNegative && !numerator.isZero
        self.numerator = isLowest ? numerator : numerator.quotientAndRemainder(dividingBy: divisor).quotient
        self.denominator = isLowest ? denominator : denominator.quotientAndRemainder(dividingBy: divisor).quotient
    }

    var isZero: Bool { numerator.isZero }
    var isWhole: Bool { denominator == .one }
    var magnitude: Rational { Rational(sign: false, of: self) }
    var negated: Rational { Rational(sign: !isNegative, of: self) }

    /// nil if it is not a whole number or needs more than 63 bits.
    var int: Int? { isWhole ? numerator.int.map { isNegative ? -$0 : $0 } : nil }

    /// The total bits of numerator and denominator.
    var bitWidth: Int { numerator.bitWidth + denominator.bitWidth }

    /// The largest whole number that is not greater.
    var floor: Rational {
        let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        let isBelow = isNegative && !remainder.isZero
        return Rational(isNegative: isNegative, isBelow ? quotient + .one : quotient)
    }

    /// - Precondition: not zero if the exponent is negative.
    func power(_ exponent: Int) -> Rational {
        let (top, bottom) = (numerator.power(exponent.magnitude), denominator.power(exponent.magnitude))
        let isNegative = isNegative && exponent % 2 != 0
        precondition(exponent >= 0 || !top.isZero, "zero to the power \(exponent)")
        // Powers of coprime numbers are coprime.
        return exponent >= 0
            ? Rational(lowest: isNegative, top, bottom) : Rational(lowest: isNegative, bottom, top)
    }

    /// The nearest double, up to a few roundings.
    ///
    /// Both sides are cut to 128 bits first, so that a fraction of two numbers beyond the range of doubles is finite.
    var double: Double {
        let excess = (numerator.bitWidth - 128, denominator.bitWidth - 128)
        let top = numerator.cut(bits: max(0, excess.0)).double, bottom = denominator.cut(bits: max(0, excess.1)).double
        let value = Double(sign: .plus, exponent: Self.exponent(excess), significand: top / bottom)
        return isNegative ? -value : value
    }

    private static func exponent(_ excess: (Int, Int)) -> Int {
        max(0, excess.0) / 32 * 32 - max(0, excess.1) / 32 * 32
    }

    private init(sign isNegative: Bool, of value: Rational) {
        self.init(lowest: isNegative, value.numerator, value.denominator)
    }

    private init(lowest isNegative: Bool, _ numerator: Magnitude, _ denominator: Magnitude) {
        self.isNegative = isNegative && !numerator.isZero
        self.numerator = numerator
        self.denominator = denominator
    }
}

extension Magnitude {
    /// Without the lowest `bits / 32` digits.
    fileprivate func cut(bits: Int) -> Magnitude { Magnitude(digits: Array(digits.dropFirst(bits / 32))) }
}

extension Rational: Comparable {
    static func < (left: Self, right: Self) -> Bool { (left - right).isNegative }
}

extension Rational {
    static func + (left: Self, right: Self) -> Self {
        let a = left.numerator * right.denominator, b = right.numerator * left.denominator
        let denominator = left.denominator * right.denominator
        if left.isNegative == right.isNegative { return Self(isNegative: left.isNegative, a + b, over: denominator) }
        return a >= b
            ? Self(isNegative: left.isNegative, a - b, over: denominator)
            : Self(isNegative: right.isNegative, b - a, over: denominator)
    }

    static func - (left: Self, right: Self) -> Self { left + right.negated }

    static func * (left: Self, right: Self) -> Self {
        Self(
            isNegative: left.isNegative != right.isNegative, left.numerator * right.numerator,
            over: left.denominator * right.denominator)
    }

    /// - Precondition: `right` is not zero.
    static func / (left: Self, right: Self) -> Self {
        Self(
            isNegative: left.isNegative != right.isNegative, left.numerator * right.denominator,
            over: left.denominator * right.numerator)
    }
}
