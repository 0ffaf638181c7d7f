internal import BigInt

/// Python's arithmetic.
extension PythonRuntime {
    func apply(_ symbol: TemplateOperator, _ left: PythonValue, _ right: PythonValue) throws -> PythonValue {
        for case .undefined(let undefined) in [left, right] where symbol != .remainder || left.text == nil {
            throw undefinedFailure(undefined)
        }
        if let left = left.asInteger, let right = right.asInteger, let result = try small(symbol, left, right) {
            return result
        }
        if let left = left.asWhole, let right = right.asWhole { return try whole(symbol, left, right) }
        if left.isNumber, right.isNumber {
            return .float(try real(symbol, try finite(left), try finite(right)))
        }
        return try combine(symbol, left, right)
    }

    private func finite(_ value: PythonValue) throws -> Double {
        guard let number = value.asFloat else { throw failure("'\(value.kind)' is not a number") }
        if case .big = value, number.isInfinite { throw failure("a whole number is too large for a float") }
        return number
    }

    // MARK: Whole numbers

    /// Computes with 64-bit numbers; nil if the result does not fit in 64 bits.
    private func small(_ symbol: TemplateOperator, _ left: Int, _ right: Int) throws -> PythonValue? {
        let result: (partialValue: Int, overflow: Bool)
        switch symbol {
        case .add: result = left.addingReportingOverflow(right)
        case .subtract: result = left.subtractingReportingOverflow(right)
        case .multiply: result = left.multipliedReportingOverflow(by: right)
        case .floorDivide, .remainder:
            guard right != 0, right != -1 else { return nil }
            // Python rounds towards negative infinity, Swift towards zero.
            let (quotient, remainder) = left.quotientAndRemainder(dividingBy: right)
            let isBelow = remainder != 0 && (remainder < 0) != (right < 0)
            let floor = symbol == .floorDivide
            result = (floor ? quotient - (isBelow ? 1 : 0) : remainder + (isBelow ? right : 0), false)
        case .divide:
            let limit = 1 << 53
            guard right != 0, (-limit...limit).contains(left), (-limit...limit).contains(right) else { return nil }
            return .float(Double(left) / Double(right))
        case .power: return nil
        }
        return result.overflow ? nil : .integer(result.partialValue)
    }

    private func whole(_ symbol: TemplateOperator, _ left: BigInt, _ right: BigInt) throws -> PythonValue {
        // The work grows with the product of the lengths; a step is some sixteen word multiplications.
        try charge(1 + left.bitWidth / 64, times: 1 + right.bitWidth / 1024)
        switch symbol {
        case .add: return try bounded(left + right)
        case .subtract: return try bounded(left - right)
        case .multiply:
            try checkBits(left.bitWidth + right.bitWidth - 2)
            return try bounded(left * right)
        case .floorDivide, .remainder:
            guard right != 0 else { throw failure("division by zero") }
            let (quotient, remainder) = left.quotientAndRemainder(dividingBy: right)
            let isBelow = remainder != 0 && (remainder < 0) != (right < 0)
            return .whole(symbol == .floorDivide ? quotient - (isBelow ? 1 : 0) : remainder + (isBelow ? right : 0))
        case .divide:
            guard right != 0 else { throw failure("division by zero") }
            let quotient = PythonNumber.quotient(left, right)
            guard quotient.isFinite else { throw failure("a quotient is too large for a float") }
            return .float(quotient)
        case .power: return try power(left, right)
        }
    }

    private func power(_ base: BigInt, _ exponent: BigInt) throws -> PythonValue {
        if exponent < 0 {
            return .float(try real(.power, try finite(.whole(base)), try finite(.whole(exponent))))
        }
        if base == 0 || base == 1 { return .whole(exponent == 0 ? 1 : base) }
        if base == -1 { return .integer(exponent % 2 == 0 ? 1 : -1) }
        guard let times = Int(exactly: exponent), times <= Limits.numberBits else {
            throw limit("a whole number grows beyond \(Limits.numberBits) bits")
        }
        try checkBits((base.magnitude.bitWidth - 1) * times)
        let words = 1 + base.bitWidth * times / 64
        try charge(words, times: 1 + words / 16)
        return try bounded(base.power(times))
    }

    private func checkBits(_ bits: Int) throws {
        guard bits <= Limits.numberBits else { throw limit("a whole number grows beyond \(Limits.numberBits) bits") }
    }

    func bounded(_ number: BigInt) throws -> PythonValue {
        try checkBits(number.bitWidth)
        return .whole(number)
    }

    // MARK: Floats

    private func real(_ symbol: TemplateOperator, _ left: Double, _ right: Double) throws -> Double {
        switch symbol {
        case .add: return left + right
        case .subtract: return left - right
        case .multiply: return left * right
        case .divide, .floorDivide, .remainder:
            guard right != 0 else { throw failure("division by zero") }
            if symbol == .divide { return left / right }
            let (quotient, remainder) = Self.floorDivision(left, right)
            return symbol == .floorDivide ? quotient : remainder
        case .power:
            if left == 0, right < 0 { throw failure("0 cannot be raised to a negative power") }
            if left < 0, left.isFinite, right.isFinite, right != right.rounded() {
                throw failure("a negative number with a power that is not whole is not real")
            }
            let result = PythonText.power(left, right)
            guard result.isFinite || !left.isFinite || !right.isFinite else {
                throw failure("a power is too large for a float")
            }
            return result
        }
    }

    /// Quotient and remainder, computed step by step as in CPython.
    private static func floorDivision(_ left: Double, _ right: Double) -> (Double, Double) {
        var remainder = left.truncatingRemainder(dividingBy: right)
        var quotient = (left - remainder) / right
        if remainder != 0 {
            if (right < 0) != (remainder < 0) {
                remainder += right
                quotient -= 1
            }
        } else {
            remainder = right.sign == .minus ? -0.0 : 0.0
        }
        guard quotient != 0 else { return (Double(signOf: left / right, magnitudeOf: 0), remainder) }
        let floor = quotient.rounded(.down)
        return (quotient - floor > 0.5 ? floor + 1 : floor, remainder)
    }

    // MARK: Signs

    func negative(_ value: PythonValue) throws -> PythonValue {
        if case .float(let number) = value { return .float(-number) }
        return try apply(.subtract, .integer(0), try signed(value, "-"))
    }

    func positive(_ value: PythonValue) throws -> PythonValue { try signed(value, "+") }

    private func signed(_ value: PythonValue, _ sign: String) throws -> PythonValue {
        if case .undefined(let undefined) = value { throw undefinedFailure(undefined) }
        guard value.isNumber else { throw failure("'\(sign)' does not apply to \(value.kind)") }
        return value.asInteger.map { .integer($0) } ?? value
    }

    // MARK: Strings and lists

    private func combine(_ symbol: TemplateOperator, _ left: PythonValue, _ right: PythonValue) throws -> PythonValue {
        switch (symbol, left, right) {
        case (.add, _, _) where left.text != nil && right.text != nil: return try joined(left, right)
        case (.add, .list(let first), .list(let second)):
            try checkSize(elements: first.elements.count + second.elements.count)
            return try list(first.elements + second.elements)
        case (.add, .tuple(let first), .tuple(let second)):
            try checkSize(elements: first.elements.count + second.elements.count)
            return try tuple(first.elements + second.elements)
        case (.multiply, _, _) where left.isSequence && right.asWhole != nil: return try repeated(left, right)
        case (.multiply, _, _) where right.isSequence && left.asWhole != nil: return try repeated(right, left)
        case (.remainder, .string(let format), _): return try string(try formatted(format, right))
        case (.remainder, .markup(let format), _):
            return try string(try formatted(format, right, escapes: true), isMarkup: true)
        default: throw failure("'\(symbol.rawValue)' does not apply to \(left.kind) and \(right.kind)")
        }
    }

    /// Concatenates two strings; if one is markup, the other is escaped.
    private func joined(_ left: PythonValue, _ right: PythonValue) throws -> PythonValue {
        let isMarkup = left.isMarkup || right.isMarkup
        let first = isMarkup ? try escaped(left) : left.text ?? "",
            second = isMarkup ? try escaped(right) : right.text ?? ""
        try checkSize(bytes: first.utf8.count + second.utf8.count)
        return try string(first + second, isMarkup: isMarkup)
    }

    private func repeated(_ value: PythonValue, _ count: PythonValue) throws -> PythonValue {
        let times = max(count.asInteger ?? (count.asWhole.map { $0 < 0 ? 0 : Int.max } ?? 0), 0)
        let size = value.text?.utf8.count ?? value.elements?.count ?? 0
        let (total, overflows) = times.multipliedReportingOverflow(by: size)
        let isList = value.text == nil
        if isList {
            try checkSize(elements: overflows ? .max : total)
        } else {
            try checkSize(bytes: overflows ? .max : total)
        }
        guard size > 0, times > 0 else {
            return isList ? try remade([], as: value) : .text("", isMarkup: value.isMarkup)
        }
        try isList ? charge(total) : charge(bytes: total)
        guard let elements = value.elements else {
            return try string(String(repeating: value.text ?? "", count: times), isMarkup: value.isMarkup)
        }
        return try remade(Array(repeatElement(elements, count: times).joined()), as: value)
    }

    /// Elements as a sequence of the same kind as `value`.
    func remade(_ elements: [PythonValue], as value: PythonValue) throws -> PythonValue {
        if case .tuple = value { return try tuple(elements) }
        return try list(elements)
    }
}

extension PythonValue {
    var isNumber: Bool {
        switch self {
        case .bool, .integer, .big, .float: true
        default: false
        }
    }

    /// Strings, lists and tuples.
    fileprivate var isSequence: Bool { text != nil || elements != nil }
}

extension Double {
    fileprivate init(signOf sign: Double, magnitudeOf magnitude: Double) {
        self.init(
            sign: sign.sign, exponentBitPattern: magnitude.exponentBitPattern,
            significandBitPattern: magnitude.significandBitPattern)
    }
}
