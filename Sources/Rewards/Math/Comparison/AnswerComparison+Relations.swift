extension AnswerComparison {
    /// Nil where neither is a relation, or none that can be compared as one.
    func compareRelations(_ reference: Answer, _ answer: Answer) throws(MathProblem) -> Bool? {
        switch (reference, answer) {
        case (.relation(.value(let a), .equal, .value(let b)), .relation(.value(let c), .equal, .value(let d))):
            return try EquationComparison(budget: budget).areEquivalent((a, b), (c, d))
        case (.relation, .relation), (.between, .between), (.relation, .between), (.between, .relation):
            return try compareInequalities(reference, answer)
        case (.relation, _):
            if let stated = try stated(reference) { return try matches(stated, answer) }
            return try reference.solution.map { set throws(MathProblem) in try matches(set.values, answer) }
        case (_, .relation):
            if let stated = try stated(answer) { return try matches(reference, stated) }
            return try answer.solution.map { set throws(MathProblem) in try matches(reference, set.values) }
        case (.between, _):
            return try reference.solution.map { set throws(MathProblem) in try matches(set.values, answer) }
        case (_, .between):
            return try answer.solution.map { set throws(MathProblem) in try matches(reference, set.values) }
        default: return nil
        }
    }

    private func compareInequalities(_ reference: Answer, _ answer: Answer) throws(MathProblem) -> Bool {
        if let a = reference.solution, let b = answer.solution {
            return a.name == b.name ? try matches(a.values, b.values) : false
        }
        guard case .relation(let a, let relation, let b) = reference, case .relation(let c, let other, let d) = answer
        else { return false }
        if relation == other, try matchesInOrder([a, b], [c, d]) { return true }
        return relation.reversed == other ? try matchesInOrder([a, b], [d, c]) : false
    }

    /// What an equation says its left side is: `6` for `x = 6`, `f(x) = 6` and `2 + 4 = 6`, or a set for `x ∈ …`.
    private func stated(_ answer: Answer) throws(MathProblem) -> Answer? {
        guard case .relation(let left, let relation, let right) = answer, relation == .equal || relation == .element,
            case .value(let value) = left
        else { return nil }
        if case .symbol = value { return right }
        guard relation == .equal, case .value(let result) = right, value.symbols.isEmpty else { return nil }
        return try values.areEqual(value, result) ? right : nil
    }
}

extension Answer {
    /// The letter of an inequality or `x ∈ …` and the set of its values; nil for other relations.
    var solution: (name: String, values: Answer)? {
        let infinity = Answer.value(.constant(.infinity)), below = Answer.value(.negated(.constant(.infinity)))
        switch self {
        case .relation(.value(.symbol(let name)), let relation, let bound) where relation.isOrdering:
            let isBelow = relation == .less || relation == .lessOrEqual
            let ends = isBelow ? [below, bound] : [bound, infinity]
            let brackets = Brackets.pair(
                isOpen: isBelow || relation.isStrict, isOpenAtEnd: !isBelow || relation.isStrict)
            return (name, .collection(brackets, ends))
        case .relation(let bound, let relation, .value(.symbol(let name))):
            guard let reversed = relation.reversed, relation.isOrdering else { return nil }
            return Answer.relation(.value(.symbol(name)), reversed, bound).solution
        case .relation(.value(.symbol(let name)), .element, let set): return (name, set)
        case .between(let start, let first, .value(.symbol(let name)), let second, let end):
            let isRising = first == .less || first == .lessOrEqual
            guard isRising == (second == .less || second == .lessOrEqual) else { return nil }
            let (low, high) = isRising ? (first, second) : (second, first)
            let brackets = Brackets.pair(isOpen: low.isStrict, isOpenAtEnd: high.isStrict)
            return (name, .collection(brackets, isRising ? [start, end] : [end, start]))
        default: return nil
        }
    }
}
