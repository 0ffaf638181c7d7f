/// A natural number of any size: base 2³² digits, least significant first, without leading zeros; zero has none.
///
/// Exact. Multiplication and division are the schoolbook methods, quadratic in the number of digits; callers bound the
/// size (`Rational.maximumBits`).
struct Magnitude: Equatable, Hashable, Sendable {
    private(set) var digits: [UInt32]

    static let zero = Magnitude(digits: [])
    static let one = Magnitude(digits: [1])

    init(digits: [UInt32]) {
        self.digits = digits
        while self.digits.last == 0 { self.digits.removeLast() }
    }

    init(_ value: UInt64) {
        self.init(digits: [UInt32(truncatingIfNeeded: value), UInt32(value >> 32)])
    }

    /// Reads decimal digits.
    init(decimal: some Sequence<UInt8>) {
        var digits: [UInt32] = []
        for byte in decimal {
            var carry = UInt64(byte - UInt8(ascii: "0"))
            for index in digits.indices {
                let value = UInt64(digits[index]) * 10 + carry
                digits[index] = UInt32(truncatingIfNeeded: value)
                carry = value >> 32
            }
            if carry > 0 { digits.append(UInt32(carry)) }
        }
        self.init(digits: digits)
    }

    var isZero: Bool { digits.isEmpty }

    var bitWidth: Int {
        guard let last = digits.last else { return 0 }
        return digits.count * 32 - last.leadingZeroBitCount
    }

    /// nil above 2⁶³ - 1.
    var int: Int? {
        guard bitWidth < 64 else { return nil }
        return digits.reversed().reduce(0) { $0 << 32 | Int($1) }
    }

    /// The nearest double, up to a few roundings in the last digit; infinity above its range.
    var double: Double { digits.reversed().reduce(0) { $0 * 4_294_967_296 + Double($1) } }

    /// The remainder modulo a number below 2⁶¹.
    func remainder(modulo modulus: UInt64) -> UInt64 {
        digits.reversed().reduce(0) { rest, digit in
            let wide = rest.multipliedFullWidth(by: 1 << 32)
            let (low, overflow) = wide.low.addingReportingOverflow(UInt64(digit))
            return modulus.dividingFullWidth((wide.high + (overflow ? 1 : 0), low)).remainder
        }
    }
}

extension Magnitude: Comparable {
    static func < (left: Self, right: Self) -> Bool {
        guard left.digits.count == right.digits.count else { return left.digits.count < right.digits.count }
        for index in left.digits.indices.reversed() where left.digits[index] != right.digits[index] {
            return left.digits[index] < right.digits[index]
        }
        return false
    }
}

extension Magnitude {
    static func + (left: Self, right: Self) -> Self {
        var sum: [UInt32] = []
        sum.reserveCapacity(max(left.digits.count, right.digits.count) + 1)
        var carry: UInt64 = 0
        for index in 0..<max(left.digits.count, right.digits.count) {
            if index < left.digits.count { carry += UInt64(left.digits[index]) }
            if index < right.digits.count { carry += UInt64(right.digits[index]) }
            sum.append(UInt32(truncatingIfNeeded: carry))
            carry >>= 32
        }
        sum.append(UInt32(carry))
        return Self(digits: sum)
    }

    /// - Precondition: `left >= right`.
    static func - (left: Self, right: Self) -> Self {
        var difference = left.digits
        var borrow: Int64 = 0
        for index in difference.indices {
            var value = Int64(difference[index]) - borrow
            if index < right.digits.count { value -= Int64(right.digits[index]) }
            borrow = value < 0 ? 1 : 0
            difference[index] = UInt32(truncatingIfNeeded: value)
        }
        precondition(borrow == 0, "a difference of \(left.bitWidth) and \(right.bitWidth) bits is negative")
        return Self(digits: difference)
    }

    static func * (left: Self, right: Self) -> Self {
        guard !left.isZero, !right.isZero else { return .zero }
        var product = [UInt32](repeating: 0, count: left.digits.count + right.digits.count)
        for (i, a) in left.digits.enumerated() {
            var carry: UInt64 = 0
            for (j, b) in right.digits.enumerated() {
                // At most (2³² - 1)² + 2 (2³² - 1) = 2⁶⁴ - 1.
                let value = UInt64(a) * UInt64(b) + UInt64(product[i + j]) + carry
                product[i + j] = UInt32(truncatingIfNeeded: value)
                carry = value >> 32
            }
            product[i + right.digits.count] = UInt32(carry)
        }
        return Self(digits: product)
    }

    /// This number times 2 to the given power.
    func shifted(by bits: Int) -> Self {
        Self(digits: [UInt32](repeating: 0, count: bits / 32) + [1 << UInt32(bits % 32)]) * self
    }

    /// Uses repeated squaring.
    func power(_ exponent: UInt) -> Self {
        var result = Self.one, base = self, rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result = result * base }
            rest >>= 1
            if rest > 0 { base = base * base }
        }
        return result
    }
}
