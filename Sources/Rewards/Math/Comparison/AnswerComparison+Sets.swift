extension AnswerComparison {
    func compareSets(_ reference: Answer, _ answer: Answer) throws(MathProblem) -> Outcome {
        if reference.isSetOperation || answer.isSetOperation,
            let outcome = try RealSets(budget: budget).compare(reference, answer)
        {
            return outcome
        }
        switch (reference, answer) {
        case (.collection(let a, let items), .collection(let b, let others)):
            return try compareCollections(a, items, b, others)
        case (.union(let a), .union(let b)), (.intersection(let a), .intersection(let b)):
            return try compareInAnyOrder(a, b) == .equal ? .equal : .undecided
        case (.difference(let a, let b), .difference(let c, let d)):
            return try compareInOrder([a, b], [c, d]) == .equal ? .equal : .undecided
        // A set with one element matches that element, since the element is what was asked for.
        case (.collection(let brackets, let items), _) where !brackets.isOrdered:
            return items.isEmpty ? .different : try compareInAnyOrder(items, [answer])
        case (_, .collection(let brackets, let items)) where !brackets.isOrdered:
            return items.isEmpty ? .different : try compareInAnyOrder([reference], items)
        default: return reference.isSetOperation || answer.isSetOperation ? .undecided : .different
        }
    }

    /// Compares collections with compatible brackets: round ones match none or braces, keeping the order; square ones
    /// match only square ones, since they tell which ends belong to an interval.
    private func compareCollections(
        _ a: Answer.Brackets, _ items: [Answer], _ b: Answer.Brackets, _ others: [Answer]
    ) throws(MathProblem) -> Outcome {
        if a.isOrdered && b.isOrdered {
            return a == b ? try compareInOrder(items, others) : .different
        }
        guard a.isOrdered || b.isOrdered else { return try compareInAnyOrder(items, others) }
        return try Outcome.any(of: [true, false]) { isTuple throws(MathProblem) in
            if isTuple {
                return (a.isOrdered ? a : b) == .round ? try compareInOrder(items, others) : .different
            }
            // A set of one tuple.
            if a.isOrdered { return others.count == 1 ? try compare(.collection(a, items), others[0]) : .different }
            return items.count == 1 ? try compare(items[0], .collection(b, others)) : .different
        }
    }
}

extension Answer {
    /// Whether it is built from sets, or describes numbers by inequalities.
    var isSetOperation: Bool {
        switch self {
        case .union, .intersection, .difference: true
        case .collection(let brackets, let items):
            !brackets.isOrdered && items.contains { $0.isInequality }
        default: isInequality
        }
    }

    private var isInequality: Bool {
        switch self {
        case .between: true
        case .relation(_, let relation, _): relation.isOrdering || relation == .notEqual
        default: false
        }
    }
}
