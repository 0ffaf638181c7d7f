/// Python's arithmetic and ordering.
///
/// Whole numbers stay within 64 bits; beyond, an error says so.
enum TemplateArithmetic {
    static func apply(
        _ symbol: TemplateOperator, _ left: TemplateValue, _ right: TemplateValue, _ line: Int
    ) throws(TemplateError) -> TemplateValue {
        if let left = left.asInteger, let right = right.asInteger, symbol != .divide {
            return try whole(symbol, left, right, line)
        }
        if let left = left.asNumber, let right = right.asNumber {
            return .number(try real(symbol, left, right, line))
        }
        switch (symbol, left, right) {
        case (.add, .string(let left), .string(let right)):
            try checkSize(bytes: left.utf8.count + right.utf8.count, line)
            return .string(left + right)
        case (.add, .array(let left), .array(let right)):
            try checkSize(elements: left.count + right.count, line)
            return .array(left + right)
        case (.multiply, .string(let text), let count), (.multiply, let count, .string(let text)):
            return .string(String(repeating: text, count: try repetitions(count, text.utf8.count, line)))
        case (.multiply, .array(let elements), let count), (.multiply, let count, .array(let elements)):
            let times = try repetitions(count, elements.count * 64, line)
            return .array(Array(repeatElement(elements, count: times).joined()))
        case (.remainder, .string, _):
            throw TemplateError(code: .unsupported, line: line, message: "formatting with '%' is not supported.")
        default:
            throw invalid("'\(symbol.rawValue)' does not apply to \(left.kind) and \(right.kind)", line)
        }
    }

    private static func invalid(_ message: String, _ line: Int) -> TemplateError {
        TemplateError(code: .invalid, line: line, message: "\(message).")
    }

    // MARK: Sizes

    static func checkSize(bytes: Int, _ line: Int) throws(TemplateError) {
        guard bytes <= TemplateInterpreter.Limits.valueBytes else {
            throw TemplateError(
                code: .limit, line: line,
                message: "a string grows beyond \(TemplateInterpreter.Limits.valueBytes) bytes.")
        }
    }

    static func checkSize(elements: Int, _ line: Int) throws(TemplateError) {
        guard elements <= TemplateInterpreter.Limits.elements else {
            throw TemplateError(
                code: .limit, line: line,
                message: "a list grows beyond \(TemplateInterpreter.Limits.elements) elements.")
        }
    }

    private static func repetitions(_ count: TemplateValue, _ size: Int, _ line: Int) throws(TemplateError) -> Int {
        guard let times = count.asInteger else {
            throw invalid("'*' needs a whole number, not \(count.kind)", line)
        }
        let (bytes, overflows) = max(times, 0).multipliedReportingOverflow(by: max(size, 1))
        try checkSize(bytes: overflows ? Int.max : bytes, line)
        return max(times, 0)
    }

    // MARK: Numbers

    private static func whole(
        _ symbol: TemplateOperator, _ left: Int, _ right: Int, _ line: Int
    ) throws(TemplateError) -> TemplateValue {
        let result: (partialValue: Int, overflow: Bool)
        switch symbol {
        case .add: result = left.addingReportingOverflow(right)
        case .subtract: result = left.subtractingReportingOverflow(right)
        case .multiply: result = left.multipliedReportingOverflow(by: right)
        case .floorDivide, .remainder:
            guard right != 0 else { throw invalid("division by zero", line) }
            guard right != -1 else {
                result = symbol == .remainder ? (0, false) : left.multipliedReportingOverflow(by: -1)
                break
            }
            // Python rounds towards negative infinity, Swift towards zero.
            let (quotient, remainder) = left.quotientAndRemainder(dividingBy: right)
            let isBelow = remainder != 0 && (remainder < 0) != (right < 0)
            result =
                symbol == .floorDivide
                ? (quotient - (isBelow ? 1 : 0), false) : (remainder + (isBelow ? right : 0), false)
        case .power:
            if right < 0 { return .number(try real(.power, Double(left), Double(right), line)) }
            result = power(left, right)
        case .divide: result = (0, true)
        }
        guard !result.overflow else { throw invalid("a number does not fit in 64 bits", line) }
        return .integer(result.partialValue)
    }

    private static func power(_ base: Int, _ exponent: Int) -> (partialValue: Int, overflow: Bool) {
        if base == 1 || (base == 0 && exponent > 0) { return (base, false) }
        if base == -1 { return (exponent % 2 == 0 ? 1 : -1, false) }
        guard exponent < 64 else { return (0, true) }
        var result = (partialValue: 1, overflow: false)
        for _ in 0..<exponent where !result.overflow {
            result = result.partialValue.multipliedReportingOverflow(by: base)
        }
        return result
    }

    private static func real(
        _ symbol: TemplateOperator, _ left: Double, _ right: Double, _ line: Int
    ) throws(TemplateError) -> Double {
        switch symbol {
        case .add: return left + right
        case .subtract: return left - right
        case .multiply: return left * right
        case .power: return PythonText.power(left, right)
        case .divide, .floorDivide, .remainder:
            guard right != 0 else { throw invalid("division by zero", line) }
            if symbol == .divide { return left / right }
            let quotient = (left / right).rounded(.down)
            if symbol == .floorDivide { return quotient }
            let remainder = left.truncatingRemainder(dividingBy: right)
            return remainder != 0 && (remainder < 0) != (right < 0) ? remainder + right : remainder
        }
    }

    /// Order of numbers, of strings by character, and of lists by their first difference.
    static func isLess(_ left: TemplateValue, _ right: TemplateValue, _ line: Int) throws(TemplateError) -> Bool {
        if let left = left.asInteger, let right = right.asInteger { return left < right }
        if let left = left.asNumber, let right = right.asNumber { return left < right }
        switch (left, right) {
        case (.string(let left), .string(let right)):
            return left.utf8.lexicographicallyPrecedes(right.utf8)
        case (.array(let left), .array(let right)):
            for (first, second) in zip(left, right) where !first.isEqual(to: second) {
                return try isLess(first, second, line)
            }
            return left.count < right.count
        default: throw invalid("\(left.kind) and \(right.kind) have no order", line)
        }
    }
}
