extension Magnitude {
    /// `self = quotient · divisor + remainder` with `remainder < divisor`.
    ///
    /// Long division (Knuth, The Art of Computer Programming 2, 4.3.1, algorithm D): each digit of the quotient is
    /// guessed from the leading digits and is then at most one too large.
    ///
    /// - Precondition: `divisor` is not zero.
    func quotientAndRemainder(dividingBy divisor: Magnitude) -> (quotient: Magnitude, remainder: Magnitude) {
        precondition(!divisor.isZero, "division by zero")
        guard self >= divisor else { return (.zero, self) }
        if divisor.digits.count == 1 { return divided(bySingle: divisor.digits[0]) }

        let shift = divisor.digits.last!.leadingZeroBitCount
        let v = divisor.shiftedLeft(shift, count: divisor.digits.count)
        var u = shiftedLeft(shift, count: digits.count + 1)
        var quotient = [UInt32](repeating: 0, count: digits.count - v.count + 1)
        for place in quotient.indices.reversed() {
            let guess = Self.guess(u, v, place)
            quotient[place] = Self.subtract(guess, times: v, from: &u, at: place)
        }
        let rest = Magnitude(
            digits: u.indices.map { index in
                let high = index + 1 < u.count ? UInt64(u[index + 1]) : 0
                return UInt32(truncatingIfNeeded: (high << 32 | UInt64(u[index])) >> UInt64(shift))
            })
        return (Magnitude(digits: quotient), rest)
    }

    private func divided(bySingle divisor: UInt32) -> (Magnitude, Magnitude) {
        var quotient = digits
        var rest: UInt64 = 0
        for index in quotient.indices.reversed() {
            let value = rest << 32 | UInt64(quotient[index])
            quotient[index] = UInt32(value / UInt64(divisor))
            rest = value % UInt64(divisor)
        }
        return (Magnitude(digits: quotient), Magnitude(rest))
    }

    /// Digits times 2^shift, shift below 32, filled with zeros to `count`.
    private func shiftedLeft(_ shift: Int, count: Int) -> [UInt32] {
        (0..<count).map { index in
            let own = index < digits.count ? UInt64(digits[index]) : 0
            let below = index > 0 ? UInt64(digits[index - 1]) : 0
            return UInt32(truncatingIfNeeded: ((own << 32 | below) << UInt64(shift)) >> 32)
        }
    }

    /// The quotient's digit at `place`, or one more.
    private static func guess(_ u: [UInt32], _ v: [UInt32], _ place: Int) -> UInt64 {
        let n = v.count
        let leading = UInt64(u[place + n]) << 32 | UInt64(u[place + n - 1])
        var guess = leading / UInt64(v[n - 1])
        var rest = leading % UInt64(v[n - 1])
        while rest < 1 << 32,
            guess >= 1 << 32 || guess * UInt64(v[n - 2]) > rest << 32 | UInt64(u[place + n - 2])
        {
            guess -= 1
            rest += UInt64(v[n - 1])
        }
        return guess
    }

    /// Subtracts `guess` times the divisor, or one time less if that is too much; returns the number of times.
    private static func subtract(
        _ guess: UInt64, times v: [UInt32], from u: inout [UInt32], at place: Int
    ) -> UInt32 {
        var carry: UInt64 = 0
        var borrow: Int64 = 0
        for index in v.indices {
            let product = guess * UInt64(v[index]) + carry
            carry = product >> 32
            let value = Int64(u[place + index]) - borrow - Int64(product & 0xFFFF_FFFF)
            u[place + index] = UInt32(truncatingIfNeeded: value)
            borrow = value < 0 ? 1 : 0
        }
        let top = Int64(u[place + v.count]) - borrow - Int64(carry)
        u[place + v.count] = UInt32(truncatingIfNeeded: top)
        guard top < 0 else { return UInt32(guess) }

        var sum: UInt64 = 0
        for index in v.indices {
            sum += UInt64(u[place + index]) + UInt64(v[index])
            u[place + index] = UInt32(truncatingIfNeeded: sum)
            sum >>= 32
        }
        u[place + v.count] &+= UInt32(sum)
        return UInt32(guess - 1)
    }

    /// Euclid's algorithm; `gcd(0, a) = a`.
    static func greatestCommonDivisor(_ left: Self, _ right: Self) -> Self {
        var (a, b) = (left, right)
        while !b.isZero { (a, b) = (b, a.quotientAndRemainder(dividingBy: b).remainder) }
        return a
    }
}
