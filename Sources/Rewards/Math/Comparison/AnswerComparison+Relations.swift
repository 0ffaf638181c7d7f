extension AnswerComparison {
    /// Returns nil if neither is a relation, or neither can be compared as one.
    func compareRelations(_ reference: Answer, _ answer: Answer) throws(MathProblem) -> Outcome? {
        if let solved = try solved(reference) { return try compare(solved, answer) }
        if let solved = try solved(answer) { return try compare(reference, solved) }
        switch (reference, answer) {
        case (.relation(.value(let a), .equal, .value(let b)), .relation(.value(let c), .equal, .value(let d))):
            return try EquationComparison(budget: budget).compare((a, b), (c, d))
        case (.relation, .relation), (.between, .between), (.relation, .between), (.between, .relation):
            return try compareInequalities(reference, answer)
        case (.relation, _):
            return try compareStated(reference) { stated throws(MathProblem) in try compare(stated, answer) }
        case (_, .relation):
            return try compareStated(answer) { stated throws(MathProblem) in try compare(reference, stated) }
        case (.between, _):
            return try reference.solution.map { set throws(MathProblem) in try compare(set.values, answer) }
        case (_, .between):
            return try answer.solution.map { set throws(MathProblem) in try compare(reference, set.values) }
        default: return nil
        }
    }

    private func compareInequalities(_ reference: Answer, _ answer: Answer) throws(MathProblem) -> Outcome {
        if let a = reference.solution, let b = answer.solution {
            guard a.name == b.name else { return .different }
            if let outcome = try RealSets(budget: budget).compare(a.values, b.values) { return outcome }
            return try compare(a.values, b.values)
        }
        guard case .relation(let a, let relation, let b) = reference, case .relation(let c, let other, let d) = answer
        else { return .undecided }
        if relation == other, try compareInOrder([a, b], [c, d]) == .equal { return .equal }
        if relation.reversed == other, try compareInOrder([a, b], [d, c]) == .equal { return .equal }
        guard case .value(let a) = a, case .value(let b) = b, case .value(let c) = c, case .value(let d) = d else {
            // Differing values of the same thing.
            return relation == other && relation == .equal && a == c ? try compare(b, d) : .undecided
        }
        guard relation != .element, other != .element else { return .undecided }
        return try EquationComparison(budget: budget).compare((a, b), relation, (c, d), other)
    }

    /// Solves an inequality that is linear in its only letter, such as `x < 3` from `2x < 6`; nil for others and for
    /// solved ones.
    private func solved(_ answer: Answer) throws(MathProblem) -> Answer? {
        guard case .relation(.value(let left), let relation, .value(let right)) = answer, relation.isOrdering,
            answer.solution == nil, let letter = Expression.sum([left, right]).symbols.first
        else { return nil }
        let difference = Expression.sum([left, .negated(right)])
        guard difference.symbols == [letter],
            let slope = try EquationComparison(budget: budget).slope(of: difference, in: letter)
        else { return nil }
        func value(at number: Int) -> Expression {
            difference.mapped { $0 == .symbol(letter) ? .number(Rational(number)) : $0 }
        }
        let rise = Expression.sum([value(at: 1), .negated(value(at: 0))])
        let bound = Expression.quotient(.negated(value(at: 0)), rise)
        guard let turned = slope > 0 ? relation : relation.reversed else { return nil }
        return .relation(.value(.symbol(letter)), turned, .value(bound))
    }

    /// Compares what a relation states: `6` for `x = 6`, `f(x) = 6` and `2 + 4 = 6`, or a set for `x ∈ …`.
    private func compareStated(
        _ answer: Answer, _ compare: (Answer) throws(MathProblem) -> Outcome
    ) throws(MathProblem) -> Outcome? {
        guard case .relation(let left, let relation, let right) = answer, relation == .equal || relation == .element
        else { return try answer.solution.map { set throws(MathProblem) in try compare(set.values) } }
        if left.isName { return try compare(right) }
        guard relation == .equal, case .value(let value) = left, case .value(let result) = right else {
            return .undecided
        }
        guard value.symbols.isEmpty else {
            // `a + b = 5` states that a + b is 5; `2x = 6` may mean 3.
            let outcome = result.symbols.isEmpty ? try compare(right) : .undecided
            return value.symbols.count == 1 ? .undecided : outcome
        }
        switch try values.compare(value, result) {
        case .equal: return try compare(right)
        // A false equation states nothing.
        case .different: return .different
        case .undecided: return .undecided
        }
    }
}

extension Answer {
    /// Whether it is a letter, a word or a tuple of these, to which "=" assigns values.
    var isName: Bool {
        switch self {
        case .value(.symbol), .word, .text: true
        case .collection(.pair, let items): items.allSatisfy(\.isName)
        default: false
        }
    }

    /// The letter of an inequality or of `x ∈ …` and its set of values; nil for other relations.
    var solution: (name: String, values: Answer)? {
        let infinity = Answer.value(.constant(.infinity)), below = Answer.value(.negated(.constant(.infinity)))
        switch self {
        case .relation(.value(.symbol(let name)), .notEqual, .value(let value)):
            return (name, .difference(.wholeLine, .collection(.braces, [.value(value)])))
        case .relation(.value(.symbol(let name)), let relation, let bound) where relation.isOrdering:
            let isBelow = relation == .less || relation == .lessOrEqual
            let ends = isBelow ? [below, bound] : [bound, infinity]
            let brackets = Brackets.pair(
                isOpen: isBelow || relation.isStrict, isOpenAtEnd: !isBelow || relation.isStrict)
            return (name, .collection(brackets, ends))
        case .relation(let bound, let relation, .value(.symbol(let name))):
            guard let reversed = relation.reversed, relation.isOrdering || relation == .notEqual else { return nil }
            if case .value(.symbol) = bound { return nil }
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
