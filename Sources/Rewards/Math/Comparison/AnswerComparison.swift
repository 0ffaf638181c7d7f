/// Decides whether an answer says the same as the reference.
struct AnswerComparison {
    let budget: StepBudget

    var values: ExpressionComparison { ExpressionComparison(budget: budget) }

    func compare(_ reference: Answer, _ answer: Answer) throws(MathProblem) -> Outcome {
        try budget.spend()
        if reference == answer { return .equal }
        if let outcome = try compareWords(reference, answer) { return outcome }
        switch (reference, answer) {
        case (.qualified(let words, let a), .qualified(let others, let b)):
            let outcome = try compare(a, b)
            return words == others || outcome == .different ? outcome : .undecided
        // Only the question tells whether "about 5" or "over 5" is 5.
        case (.qualified(_, let a), let b), (let a, .qualified(_, let b)):
            return try compare(a, b) == .equal ? .undecided : .different
        case (.measured(let a, let unit), .measured(let b, let other)) where unit != other:
            return try compare(a, unit, b, other)
        case (.measured(let a, _), _): return try compare(a, answer)
        case (_, .measured(let b, _)): return try compare(reference, b)
        case (.time(let a, let first), .time(let b, let second)):
            if a == b { return .equal }
            return try values.compare(first, second) == .different ? .different : .undecided
        case (.time(_, let ratio), let other), (let other, .time(_, let ratio)):
            return try compare(.value(ratio), other) == .equal ? .undecided : .different
        case (.word, _), (_, .word): return try compare(reference.asProduct, answer.asProduct)
        case (.value(let a), .value(let b)): return try compare(a, b)
        case (.numeral(let a, let base), .numeral(let b, let other)): return Outcome(a == b && base == other)
        case (.numeral(let digits, _), .value(let value)), (.value(let value), .numeral(let digits, _)):
            return try values.compare(ExpressionParser.number(digits), value)
        case (.matrix(let a), .matrix(let b)): return try compare(a, b)
        // Only the question tells whether a tuple may stand for a row or a column.
        case (.matrix(let rows), .collection(.pair, let items)), (.collection(.pair, let items), .matrix(let rows)):
            guard rows.count == 1 || rows.allSatisfy({ $0.count == 1 }) else { return .different }
            return try compareInOrder(rows.flatMap { $0 }, items) == .different ? .different : .undecided
        default: break
        }
        if let outcome = try IntegerFamilies(budget: budget).compare(reference, answer) { return outcome }
        if let outcome = try compareAssignments(reference, answer) { return outcome }
        if let outcome = try compareRelations(reference, answer) { return outcome }
        return try compareSets(reference, answer)
    }

    /// Compares values whose units differ: units of the same kind are converted; otherwise units are ignored.
    private func compare(_ a: Answer, _ unit: Unit, _ b: Answer, _ other: Unit) throws(MathProblem) -> Outcome {
        guard unit.dimension == other.dimension, case .value(let x) = a, case .value(let y) = b else {
            return try compare(a, b)
        }
        return try values.compare(
            .product([x, .number(unit.size)]), .product([y, .number(other.size)]))
    }

    /// A percentage also counts as the number before its sign: problems rarely say whether "50" or "50%" is expected.
    private func compare(_ a: Expression, _ b: Expression) throws(MathProblem) -> Outcome {
        let outcome = try values.compare(a, b)
        if outcome == .equal { return .equal }
        if outcome == .different, a.hasPlainLogarithm || b.hasPlainLogarithm {
            // Some write "log" for the natural logarithm; only the question tells.
            let isNatural = try values.compare(a.withNaturalLogarithms, b.withNaturalLogarithms) == .equal
            return isNatural ? .undecided : .different
        }
        switch (a, b) {
        case (.percent, .percent): return outcome
        case (.percent(let number), let other), (let other, .percent(let number)):
            return try values.compare(number, other) == .equal ? .equal : outcome
        default: return outcome
        }
    }

    private func compare(_ a: [[Answer]], _ b: [[Answer]]) throws(MathProblem) -> Outcome {
        guard a.count == b.count else { return .different }
        return try .all(of: zip(a, b)) { rows throws(MathProblem) in try compareInOrder(rows.0, rows.1) }
    }

    func compareInOrder(_ a: [Answer], _ b: [Answer]) throws(MathProblem) -> Outcome {
        guard a.count == b.count else { return .different }
        return try .all(of: zip(a, b)) { parts throws(MathProblem) in try compare(parts.0, parts.1) }
    }

    /// Compares elements in any order, ignoring repetitions.
    func compareInAnyOrder(_ a: [Answer], _ b: [Answer]) throws(MathProblem) -> Outcome {
        let first = try Outcome.all(of: a) { item throws(MathProblem) in
            try .any(of: b) { other throws(MathProblem) in try compare(item, other) }
        }
        guard first != .different else { return .different }
        let second = try Outcome.all(of: b) { item throws(MathProblem) in
            try .any(of: a) { other throws(MathProblem) in try compare(other, item) }
        }
        return second == .equal ? first : second
    }
}
