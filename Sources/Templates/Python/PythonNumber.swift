internal import BigInt
import Foundation

/// Parses, converts, rounds and formats numbers as Python does.
enum PythonNumber {
    /// The most digits of a whole number that is parsed or formatted, Python's own limit.
    static let maximumDigits = 4300

    // MARK: Between whole numbers and floats

    /// The nearest float; infinite if out of range.
    static func double(_ number: BigInt) -> Double {
        number.bitWidth > 1100 ? (number.sign == .minus ? -.infinity : .infinity) : Double(String(number)) ?? .infinity
    }

    /// A float without its fraction; nil for infinities and NaN.
    static func whole(_ number: Double) -> PythonValue? {
        let whole = number.rounded(.towardZero)
        if let small = Int(exactly: whole) { return .integer(small) }
        return BigInt(exactly: whole).map { .whole($0) }
    }

    /// A correctly rounded quotient, even of whole numbers beyond the range of floats.
    static func quotient(_ left: BigInt, _ right: BigInt) -> Double {
        let shift = max(0, 66 + right.bitWidth - left.bitWidth)
        var (quotient, remainder) = (left.magnitude << shift).quotientAndRemainder(dividingBy: right.magnitude)
        // Setting the last bit if anything was cut off makes the conversion round only once.
        if remainder != 0 { quotient |= 1 }
        remainder = 0
        let value = Double(sign: .plus, exponent: -shift, significand: double(BigInt(quotient)))
        return left.sign == right.sign ? value : -value
    }

    // MARK: Reading

    /// `int(text, base)`; nil if Python raises a ValueError.
    static func whole(_ text: String, base: Int = 10) -> BigInt? {
        var digits = PythonText.stripped(text)[...]
        let isNegative = digits.first == "-"
        if isNegative || digits.first == "+" { digits = digits.dropFirst() }
        var base = base
        if let (prefixBase, rest) = prefix(digits), base == 0 || base == prefixBase {
            base = prefixBase
            digits = rest.first == "_" ? rest.dropFirst() : rest
        } else if base == 0 {
            base = 10
            if digits.first == "0", digits.contains(where: { $0 != "0" && $0 != "_" }) { return nil }
        }
        guard let plain = withoutSeparators(digits), !plain.isEmpty, plain.count <= maximumDigits else { return nil }
        return BigInt(plain, radix: base).map { isNegative ? -$0 : $0 }
    }

    private static func prefix(_ digits: Substring) -> (base: Int, rest: Substring)? {
        let bases = ["0x": 16, "0o": 8, "0b": 2]
        return bases[digits.prefix(2).lowercased()].map { ($0, digits.dropFirst(2)) }
    }

    /// Digits of any script as ASCII, with single underscores between them removed; nil for other characters.
    private static func withoutSeparators(_ text: Substring) -> String? {
        var result = "", followsDigit = false
        for scalar in text.unicodeScalars {
            if scalar == "_" {
                guard followsDigit else { return nil }
                followsDigit = false
            } else if let value = scalar.decimalValue {
                result += String(value)
                followsDigit = true
            } else {
                guard scalar.isASCII, scalar.properties.isAlphabetic else { return nil }
                result.unicodeScalars.append(scalar)
                followsDigit = true
            }
        }
        return followsDigit ? result : nil
    }

    /// `float(text)`; nil if Python raises a ValueError.
    static func float(_ text: String) -> Double? {
        let trimmed = PythonText.stripped(text)
        var plain = "", previous: Unicode.Scalar?
        for scalar in trimmed.unicodeScalars {
            if scalar == "_" {
                guard previous?.decimalValue != nil else { return nil }
            } else {
                if previous == "_", scalar.decimalValue == nil { return nil }
                plain += scalar.decimalValue.map { String($0) } ?? String(scalar)
            }
            previous = scalar
        }
        guard previous != "_" else { return nil }
        switch plain.lowercased().drop(while: { $0 == "+" || $0 == "-" }) {
        case "inf", "infinity": return plain.hasPrefix("-") ? -.infinity : .infinity
        case "nan": return .nan
        case let rest:
            guard plain.count - rest.count <= 1, let first = rest.unicodeScalars.first, first.isDigit || first == ".",
                rest.unicodeScalars.allSatisfy({ $0.isDigit || "eE+-.".unicodeScalars.contains($0) })
            else { return nil }
            return Double(plain)
        }
    }

    // MARK: Rounding

    /// `round(number, digits)`: to the nearest, with ties to even.
    static func rounded(_ number: Double, digits: Int) -> Double {
        guard number.isFinite, number != 0, digits <= 330 else { return number }
        if digits >= 0 { return Double(String(format: "%.\(digits)f", number)) ?? number }
        let exponent = decimalExponent(number)
        // The number of digits before the place to round to.
        guard digits > -400, exponent + digits >= -1 else { return 0 * number }
        if exponent + digits >= 0 {
            return Double(String(format: "%.\(exponent + digits)e", number)) ?? number
        }
        let unit = PythonText.power(10, Double(-digits))
        return abs(number) > unit / 2 ? (number < 0 ? -unit : unit) : 0 * number
    }

    /// The exponent of the first decimal digit.
    static func decimalExponent(_ number: Double) -> Int {
        let text = String(format: "%.17e", number)
        return text.split(separator: "e").last.flatMap { Int($0) } ?? 0
    }

    /// `round(number, digits)` for a whole number; changes it only if `digits` is negative.
    static func rounded(_ number: BigInt, digits: Int) -> BigInt {
        guard digits < 0 else { return number }
        let unit = BigInt(10).power(-digits)
        let (quotient, remainder) = number.magnitude.quotientAndRemainder(dividingBy: unit.magnitude)
        let isUp = remainder * 2 > unit.magnitude || (remainder * 2 == unit.magnitude && quotient % 2 == 1)
        let result = BigInt((quotient + (isUp ? 1 : 0)) * unit.magnitude)
        return number.sign == .minus ? -result : result
    }
}

extension Unicode.Scalar {
    var isDigit: Bool { (0x30...0x39).contains(value) }

    /// The value of a decimal digit of any script.
    var decimalValue: Int? {
        guard properties.generalCategory == .decimalNumber else { return nil }
        return properties.numericValue.flatMap { Int(exactly: $0) }
    }
}

extension PythonNumber {
    static func powerOfTwo(_ exponent: Int) -> BigInt { BigInt(1) << exponent }
}
