internal import BigInt
import Foundation

/// How to format a value: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.
///
/// Python's format specification; `%` formatting uses the same fields.
struct PythonFormatSpecification {
    var fill: Unicode.Scalar = " "
    /// `<`, `>`, `^` or `=`.
    var alignment: Unicode.Scalar?
    /// Whether numbers are padded after their sign unless an alignment says otherwise.
    var isZeroPadded = false
    /// `+`, `-` or a space.
    var sign: Unicode.Scalar = "-"
    /// Whether to mark the base or keep the point.
    var isAlternate = false
    var width = 0
    var grouping: Unicode.Scalar?
    var precision: Int?
    var type: Unicode.Scalar?

    /// The maximum width and number of digits.
    static let maximumWidth = 1 << 20
    static let maximumPrecision = 1_000

    init() {}

    init(_ text: String, _ runtime: PythonRuntime) throws {
        var scalars = Array(text.unicodeScalars)[...]
        let alignments: [Unicode.Scalar] = ["<", ">", "=", "^"]
        var hasFill = false
        if scalars.count > 1, alignments.contains(scalars[scalars.startIndex + 1]) {
            hasFill = true
            fill = scalars.removeFirst()
            alignment = scalars.removeFirst()
        } else if let first = scalars.first, alignments.contains(first) {
            alignment = scalars.removeFirst()
        }
        if let first = scalars.first, first == "+" || first == "-" || first == " " { sign = scalars.removeFirst() }
        if scalars.first == "z" { throw runtime.unsupported("the format option 'z' is not supported") }
        isAlternate = Self.skip("#", &scalars)
        if !hasFill, Self.skip("0", &scalars) {
            fill = "0"
            isZeroPadded = alignment == nil
        }
        width = try Self.number(&scalars, Self.maximumWidth, runtime) ?? 0
        if let first = scalars.first, first == "," || first == "_" { grouping = scalars.removeFirst() }
        if Self.skip(".", &scalars) {
            precision = try Self.number(&scalars, Self.maximumWidth, runtime)
            if precision == nil { throw runtime.failure("a format has no precision after its point") }
        }
        type = scalars.popFirst()
        guard scalars.isEmpty else { throw runtime.failure("the format '\(text.prefix(40))' is not valid") }
    }

    private static func skip(_ scalar: Unicode.Scalar, _ scalars: inout ArraySlice<Unicode.Scalar>) -> Bool {
        guard scalars.first == scalar else { return false }
        scalars.removeFirst()
        return true
    }

    static func number(
        _ scalars: inout ArraySlice<Unicode.Scalar>, _ limit: Int, _ runtime: PythonRuntime
    ) throws -> Int? {
        var number: Int?
        while let digit = scalars.first, digit.isDigit {
            number = (number ?? 0) * 10 + Int(digit.value - 0x30)
            scalars.removeFirst()
            guard let number, number <= limit else { throw runtime.limit("a format is wider than \(limit) characters") }
        }
        return number
    }

    // MARK: Writing

    /// Pads a text to the width.
    func padded(_ text: String, prefixLength: Int = 0, default fallback: Unicode.Scalar) -> String {
        let missing = width - text.unicodeScalars.count
        guard missing > 0 else { return text }
        func filling(_ count: Int) -> String { String(repeating: String(fill), count: count) }
        switch alignment ?? fallback {
        case "<": return text + filling(missing)
        case "^": return filling(missing / 2) + text + filling(missing - missing / 2)
        case "=": return String(text.prefix(prefixLength)) + filling(missing) + String(text.dropFirst(prefixLength))
        default: return filling(missing) + text
        }
    }

    /// Assembles a number with sign, base, grouping and padding.
    func number(isNegative: Bool, prefix: String = "", digits: String, rest: String = "", groups: Int = 3) -> String {
        let sign = isNegative ? "-" : self.sign == "-" ? "" : String(self.sign)
        let lead = sign + prefix
        let fallback: Unicode.Scalar = isZeroPadded ? "=" : ">"
        guard let grouping else {
            return padded(lead + digits + rest, prefixLength: lead.count, default: fallback)
        }
        var digits = digits
        if alignment ?? fallback == "=", fill == "0" {
            // Padding zeros are grouped too, and a separator never comes first.
            while true {
                let longer = Self.grouped("0" + digits, grouping, groups)
                guard lead.count + longer.count + rest.count <= width else { break }
                digits = "0" + digits
            }
            let text = Self.grouped(digits, grouping, groups)
            let needsOneMore = lead.count + text.count + rest.count < width
            return lead + (needsOneMore ? Self.grouped("0" + digits, grouping, groups) : text) + rest
        }
        return padded(lead + Self.grouped(digits, grouping, groups) + rest, prefixLength: lead.count, default: fallback)
    }

    private static func grouped(_ digits: String, _ separator: Unicode.Scalar, _ size: Int) -> String {
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % size == 0 { result.unicodeScalars.append(separator) }
            result.append(digit)
        }
        return result
    }
}

extension PythonRuntime {
    /// Python's `format(value, specification)`.
    func formatted(_ value: PythonValue, _ text: String) throws -> String {
        if text.isEmpty { return try self.text(of: value) }
        let specification = try PythonFormatSpecification(text, self)
        try charge(bytes: specification.width)
        switch value {
        case .string(let string), .markup(let string): return try formatted(string, specification)
        case .bool, .integer, .big:
            guard let whole = value.asWhole else { return "" }
            return try formatted(whole, value, specification)
        case .float(let number): return try formatted(number, specification)
        default: throw failure("a format does not apply to \(value.kind)")
        }
    }

    private func formatted(_ text: String, _ specification: PythonFormatSpecification) throws -> String {
        guard specification.type == nil || specification.type == "s", specification.alignment != "=",
            specification.sign == "-", !specification.isAlternate, specification.grouping == nil
        else { throw failure("a format for numbers does not apply to a string") }
        let cut = specification.precision.map { String(text.unicodeScalars.prefix($0)) } ?? text
        return specification.padded(cut, default: "<")
    }

    func formatted(_ whole: BigInt, _ value: PythonValue, _ specification: PythonFormatSpecification) throws -> String {
        switch specification.type {
        case "e", "E", "f", "F", "g", "G", "%":
            guard let number = value.asFloat, number.isFinite else {
                throw failure("a number is too large for a float")
            }
            return try formatted(number, specification)
        default: break
        }
        guard specification.precision == nil else { throw failure("a whole number has no precision") }
        let isNegative = whole < 0, magnitude = BigInt(whole.magnitude)
        let (base, prefix, isUpper): (Int, String, Bool)
        switch specification.type {
        case nil, "d", "n": (base, prefix, isUpper) = (10, "", false)
        case "b": (base, prefix, isUpper) = (2, "0b", false)
        case "o": (base, prefix, isUpper) = (8, "0o", false)
        case "x": (base, prefix, isUpper) = (16, "0x", false)
        case "X": (base, prefix, isUpper) = (16, "0X", true)
        case "c":
            guard let scalar = UInt32(exactly: whole).flatMap(Unicode.Scalar.init), specification.sign == "-" else {
                throw failure("\(whole.bitWidth > 64 ? "a number" : String(whole)) is not a character")
            }
            return specification.padded(String(scalar), default: "<")
        case let type?: throw failure("the format '\(type)' does not apply to a whole number")
        }
        guard base == 10 || specification.grouping != "," else { throw failure("',' groups decimal digits only") }
        let digits = base == 10 ? try digits(of: magnitude) : String(magnitude, radix: base, uppercase: isUpper)
        return specification.number(
            isNegative: isNegative, prefix: specification.isAlternate ? prefix : "", digits: digits,
            groups: base == 10 ? 3 : 4)
    }

    func formatted(_ number: Double, _ specification: PythonFormatSpecification) throws -> String {
        guard (specification.precision ?? 0) <= PythonFormatSpecification.maximumPrecision else {
            throw limit("a number is written with more than \(PythonFormatSpecification.maximumPrecision) digits")
        }
        guard let text = Self.digits(of: abs(number), specification) else {
            throw failure("the format '\(specification.type.map { String($0) } ?? "")' does not apply to a float")
        }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        return specification.number(
            isNegative: number.sign == .minus && !number.isNaN,
            digits: digits.isEmpty ? text : String(digits),
            rest: digits.isEmpty ? "" : String(text.dropFirst(digits.count)))
    }

    /// The digits of a non-negative number; nil for a type that floats do not have.
    private static func digits(of number: Double, _ specification: PythonFormatSpecification) -> String? {
        let flag = specification.isAlternate ? "#" : ""
        let type = specification.type ?? (specification.precision == nil ? "r" : "g")
        let isUpper = type == "E" || type == "F" || type == "G"
        if !number.isFinite {
            guard "rneEfFgG%".unicodeScalars.contains(type) else { return nil }
            let text = number.isNaN ? "nan" : "inf"
            return (isUpper ? text.uppercased() : text) + (type == "%" ? "%" : "")
        }
        switch type {
        case "r": return PythonText.float(number)
        case "e", "E", "f", "F":
            return String(format: "%\(flag).\(specification.precision ?? 6)\(type)", number)
        case "%":
            return String(format: "%\(flag).\(specification.precision ?? 6)f", number * 100) + "%"
        case "g", "G", "n":
            let precision = specification.precision ?? 6
            // Without a type, a whole number keeps one zero after its point.
            let text = String(format: "%\(flag).\(precision)\(type == "n" ? "g" : String(type))", number)
            guard specification.type == nil, !text.contains(".") else { return text }
            return withoutType(number, max(precision, 1), text)
        default: return nil
        }
    }

    /// Without a type, Python switches to exponents one digit earlier, so that a point and a digit fit.
    private static func withoutType(_ number: Double, _ precision: Int, _ text: String) -> String {
        let exponent =
            number == 0 ? 0 : Int(String(format: "%.\(precision - 1)e", number).split(separator: "e")[1]) ?? 0
        if text.contains("e") || exponent < precision - 1 { return text.contains("e") ? text : text + ".0" }
        let parts = String(format: "%.\(precision - 1)e", number).split(separator: "e")
        var digits = parts[0]
        if digits.contains(".") {
            while digits.last == "0" { digits.removeLast() }
            if digits.last == "." { digits.removeLast() }
        }
        return "\(digits)e\(parts[1])"
    }
}
