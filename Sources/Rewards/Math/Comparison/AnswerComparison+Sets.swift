extension AnswerComparison {
    func compareSets(_ reference: Answer, _ answer: Answer) throws(MathProblem) -> Bool {
        switch (reference, answer) {
        case (.collection(let a, let items), .collection(let b, let others)):
            return try compareCollections(a, items, b, others)
        case (.union(let a), .union(let b)), (.intersection(let a), .intersection(let b)):
            return try matchesInAnyOrder(a, b)
        case (.union(let parts), .collection(let brackets, let items)) where brackets == .none:
            return try compareSolutions(parts, items)
        case (.collection(let brackets, let items), .union(let parts)) where brackets == .none:
            return try compareSolutions(parts, items)
        case (.difference(let a, let b), .difference(let c, let d)): return try matchesInOrder([a, b], [c, d])
        // A set of one is its element: what is asked for is the element.
        case (.collection(let brackets, let items), _) where !brackets.isOrdered:
            return items.isEmpty ? false : try matchesInAnyOrder(items, [answer])
        case (_, .collection(let brackets, let items)) where !brackets.isOrdered:
            return items.isEmpty ? false : try matchesInAnyOrder([reference], items)
        default: return false
        }
    }

    /// Which brackets may stand for which: round ones for none or braces, with the order kept; square ones for square
    /// ones only, since they say which ends belong to an interval.
    private func compareCollections(
        _ a: Answer.Brackets, _ items: [Answer], _ b: Answer.Brackets, _ others: [Answer]
    ) throws(MathProblem) -> Bool {
        if a.isOrdered && b.isOrdered {
            return a == b ? try matchesInOrder(items, others) : false
        }
        if a.isOrdered || b.isOrdered {
            if (a.isOrdered ? a : b) == .round, try matchesInOrder(items, others) { return true }
            // A set of one tuple.
            if a.isOrdered { return others.count == 1 ? try matches(.collection(a, items), others[0]) : false }
            return items.count == 1 ? try matches(items[0], .collection(b, others)) : false
        }
        return try matchesInAnyOrder(items, others)
    }

    /// `x < 2 or x > 3` beside a union of intervals.
    private func compareSolutions(_ parts: [Answer], _ items: [Answer]) throws(MathProblem) -> Bool {
        var sets: [Answer] = [], names: Set<String> = []
        for item in items {
            guard let solution = item.solution else { return false }
            sets.append(solution.values)
            names.insert(solution.name)
        }
        return names.count == 1 ? try matchesInAnyOrder(parts, sets) : false
    }
}
