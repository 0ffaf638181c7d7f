/// Whether an answer says what the reference says.
struct AnswerComparison {
    let budget: StepBudget

    var values: ExpressionComparison { ExpressionComparison(budget: budget) }

    func matches(_ reference: Answer, _ answer: Answer) throws(MathProblem) -> Bool {
        try budget.spend()
        if reference == answer { return true }
        if let a = reference.spelling, let b = answer.spelling, reference.isText || answer.isText || a.count == 1 {
            return a == b
        }
        switch (reference, answer) {
        case (.value(let a), .value(let b)): return try areEqual(a, b)
        case (.numeral(let a, let base), .numeral(let b, let other)): return a == b && base == other
        case (.numeral(let digits, _), .value(let value)), (.value(let value), .numeral(let digits, _)):
            return try values.areEqual(ExpressionParser.number(digits), value)
        case (.matrix(let a), .matrix(let b)): return try areEqual(a, b)
        default: break
        }
        if let result = try compareRelations(reference, answer) { return result }
        return try compareSets(reference, answer)
    }

    /// A percentage is also the number before its sign: whether "50" or "50%" is asked for, problems rarely say.
    private func areEqual(_ a: Expression, _ b: Expression) throws(MathProblem) -> Bool {
        if try values.areEqual(a, b) { return true }
        switch (a, b) {
        case (.percent, .percent): return false
        case (.percent(let number), let other), (let other, .percent(let number)):
            return try values.areEqual(number, other)
        default: return false
        }
    }

    private func areEqual(_ a: [[Answer]], _ b: [[Answer]]) throws(MathProblem) -> Bool {
        guard a.count == b.count else { return false }
        for (first, second) in zip(a, b) {
            guard try matchesInOrder(first, second) else { return false }
        }
        return true
    }

    func matchesInOrder(_ a: [Answer], _ b: [Answer]) throws(MathProblem) -> Bool {
        guard a.count == b.count else { return false }
        for (first, second) in zip(a, b) {
            guard try matches(first, second) else { return false }
        }
        return true
    }

    /// The same elements, in any order and each any number of times.
    func matchesInAnyOrder(_ a: [Answer], _ b: [Answer]) throws(MathProblem) -> Bool {
        guard try areContained(a, in: b, isReversed: false) else { return false }
        return try areContained(b, in: a, isReversed: true)
    }

    private func areContained(_ a: [Answer], in b: [Answer], isReversed: Bool) throws(MathProblem) -> Bool {
        for item in a {
            var isFound = false
            for other in b where !isFound {
                isFound = isReversed ? try matches(other, item) : try matches(item, other)
            }
            guard isFound else { return false }
        }
        return true
    }
}

extension Answer {
    var isText: Bool {
        if case .text = self { true } else { false }
    }

    /// Letters and digits without case, where the answer is words or the letters of a product: `\text{(C)}` and `C`
    /// are both "c".
    var spelling: String? {
        switch self {
        case .text(let words): words.lettersAndDigits.isEmpty ? nil : words.lettersAndDigits
        case .value(let value): value.spelling?.lowercased()
        default: nil
        }
    }
}

extension Expression {
    fileprivate var spelling: String? {
        switch self {
        case .symbol(let name): return name
        case .constant(let constant) where constant == .e || constant == .i: return constant.rawValue
        case .product(let factors):
            let letters = factors.compactMap(\.spelling)
            return letters.count == factors.count ? letters.joined() : nil
        default: return nil
        }
    }
}
