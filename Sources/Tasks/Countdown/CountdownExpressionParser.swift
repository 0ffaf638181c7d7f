/// Parses expressions: numbers, + - * /, parentheses; * and / before + and -, left-associative.
struct CountdownExpressionParser {
    private var rest: ArraySlice<UInt8>
    private var depth = 0
    private var numbers = 0

    /// Deeper than any expression over eight numbers needs, but safe for the stack.
    private static let maximumDepth = 16
    /// An answer cannot use more numbers than are given, and recursion over an expression is as deep as its number of
    /// operations.
    private static let maximumNumbers = CountdownSetting.numberBounds.upperBound

    /// Returns nil if it is not an expression.
    static func parse(_ text: String) -> CountdownExpression? {
        var parser = CountdownExpressionParser(rest: Array(text.utf8)[...])
        guard let expression = parser.sum(), parser.rest.isEmpty else { return nil }
        return expression
    }

    private init(rest: ArraySlice<UInt8>) { self.rest = rest }

    private mutating func sum() -> CountdownExpression? {
        chain(of: [.add, .subtract]) { parser in parser.chain(of: [.multiply, .divide]) { $0.factor() } }
    }

    /// Operands joined by operations of one precedence.
    private mutating func chain(
        of operations: [Operation], operand: (inout Self) -> CountdownExpression?
    ) -> CountdownExpression? {
        guard var left = operand(&self) else { return nil }
        while let byte = rest.first, let operation = Operation(rawValue: byte), operations.contains(operation) {
            rest = rest.dropFirst()
            guard let right = operand(&self) else { return nil }
            left = .combined(left, operation, right)
        }
        return left
    }

    private mutating func factor() -> CountdownExpression? {
        guard let word = Lexeme(at: rest) else { return nil }
        rest = rest.dropFirst(word.text.count)
        if word.role == .number {
            numbers += 1
            guard word.text.count <= 9, numbers <= Self.maximumNumbers else { return nil }
            return Int(String(decoding: word.text, as: UTF8.self)).map { .number($0) }
        }
        guard word.text.first == UInt8(ascii: "("), depth < Self.maximumDepth else { return nil }
        depth += 1
        guard let inner = sum(), rest.first == UInt8(ascii: ")") else { return nil }
        depth -= 1
        rest = rest.dropFirst()
        return inner
    }
}
