/// An expression over whole numbers, as in countdown's boxes.
indirect enum CountdownExpression: Sendable, Hashable {
    case number(Int)
    case combined(CountdownExpression, Operation, CountdownExpression)

    /// One operation with the values it was applied to.
    struct Combination: Sendable, Hashable {
        let left: Int
        let operation: Operation
        let right: Int
    }

    /// The value; nil if a division leaves a remainder, or a value leaves the range of Int.
    var value: Int? {
        switch self {
        case .number(let number): return number
        case .combined(let left, let operation, let right):
            guard let left = left.value, let right = right.value else { return nil }
            return operation.apply(left, right)
        }
    }

    /// The numbers in it, from left to right.
    var numbers: [Int] {
        switch self {
        case .number(let number): [number]
        case .combined(let left, _, let right): left.numbers + right.numbers
        }
    }

    /// Its operations, innermost first.
    ///
    /// - Precondition: It has a value.
    var combinations: [Combination] {
        switch self {
        case .number: return []
        case .combined(let left, let operation, let right):
            let own = Combination(left: left.value ?? 0, operation: operation, right: right.value ?? 0)
            return left.combinations + right.combinations + [own]
        }
    }

    /// The expression with as few parentheses as preserve its structure when parsed.
    var text: String {
        switch self {
        case .number(let number): return "\(number)"
        case .combined(let left, let operation, let right):
            let isSum = operation.isSum
            return left.text(inParentheses: !isSum && left.isSum) + operation.text
                + right.text(inParentheses: isSum ? right.isSum : right.isCombined)
        }
    }

    private func text(inParentheses: Bool) -> String { inParentheses ? "(\(text))" : text }

    private var isCombined: Bool {
        if case .combined = self { true } else { false }
    }

    private var isSum: Bool {
        if case .combined(_, let operation, _) = self { operation.isSum } else { false }
    }
}

extension Operation {
    var isSum: Bool { self == .add || self == .subtract }
}
