/// Compares sets of real numbers, however they are composed, by which of their ends, and of the stretches between ends,
/// belong to them. ℝ ∖ {0} is (-∞, 0) ∪ (0, ∞).
struct RealSets {
    let budget: StepBudget

    /// The number of points at which sets with letters in their ends are compared.
    private static let points = 8
    private static let requiredPoints = 3

    /// Returns nil if one of the two is not a set of real numbers that is understood; undecided if one of them can
    /// denote two sets of which only one agrees.
    func compare(_ reference: Answer, _ answer: Answer) throws(MathProblem) -> Outcome? {
        guard let wanted = try readings(reference), let given = try readings(answer) else { return nil }
        // Commas mean the same in two lists of conditions.
        let pairs =
            wanted.count == given.count
            ? Array(zip(wanted, given)) : wanted.flatMap { first in given.map { second in (first, second) } }
        var outcome: Outcome?
        for (first, second) in pairs {
            guard let next = try compareUnambiguous(first, second) else { return nil }
            if let outcome, outcome != next { return .undecided }
            outcome = next
        }
        return outcome
    }

    /// The sets an answer can denote. Conditions separated by commas hold together, or are alternatives: `x > 2, x < 3`
    /// is (2, 3), and `x < 2, x > 3` is two intervals. A reading that leaves nothing, or everything, was not meant.
    private func readings(_ answer: Answer) throws(MathProblem) -> [Answer]? {
        guard let conditions = answer.separateConditions else { return [answer] }
        let (either, both) = (Answer.union(conditions), Answer.intersection(conditions))
        guard let nothing = try compareUnambiguous(both, .collection(.braces, [])),
            let everything = try compareUnambiguous(either, .wholeLine)
        else { return nil }
        if nothing == .equal { return [either] }
        return everything == .equal ? [both] : [either, both]
    }

    private func compareUnambiguous(_ reference: Answer, _ answer: Answer) throws(MathProblem) -> Outcome? {
        guard let ends = reference.ends, let others = answer.ends else { return nil }
        let all = Self.distinct(ends + others)
        guard all.contains(where: { !$0.symbols.isEmpty }) else {
            return try compare(reference, answer, all, SamplePoint(number: 0))
        }
        var agreeing = 0
        for number in 0..<Self.points {
            switch try compare(reference, answer, all, SamplePoint(number: number)) {
            case .equal: agreeing += 1
            case .different: return .different
            case .undecided: continue
            }
        }
        return agreeing >= Self.requiredPoints ? .equal : .undecided
    }

    private static func distinct(_ ends: [Expression]) -> [Expression] {
        var distinct: [Expression] = []
        for end in ends where !distinct.contains(end) { distinct.append(end) }
        return distinct
    }

    /// Undecided if the order of the ends is unknown, or if an interval ends before it begins, which can happen at this
    /// point if ends contain letters.
    private func compare(
        _ reference: Answer, _ answer: Answer, _ ends: [Expression], _ point: SamplePoint
    ) throws(MathProblem) -> Outcome {
        guard let line = try line(ends, point) else { return .undecided }
        for place in 0...2 * line.count {
            try budget.spend()
            guard let isIn = reference.contains(place, line), let isInOther = answer.contains(place, line) else {
                return .undecided
            }
            if isIn != isInOther { return .different }
        }
        return .equal
    }

    /// The order of a set's ends.
    struct Line {
        /// Places of ends; equal ends share one. The stretch before the k-th distinct end has place 2k, the end itself
        /// 2k + 1.
        var places: [(end: Expression, place: Int)]
        /// The number of distinct ends.
        var count: Int

        func place(_ end: Expression) -> Int? {
            if case .constant(.infinity) = end { return 2 * count + 1 }
            if end == .negated(.constant(.infinity)) { return -1 }
            return places.first { $0.end == end }?.place
        }
    }

    private func line(_ ends: [Expression], _ point: SamplePoint) throws(MathProblem) -> Line? {
        var values: [(end: Expression, value: ComplexValue)] = []
        for end in ends where !ExpressionComparison.isInfinite(end) {
            guard let value = try ComplexEvaluation(point: point, budget: budget).value(end), value.isReal else {
                return nil
            }
            values.append((end, value))
        }
        values.sort { $0.value.re < $1.value.re }
        var line = Line(places: [], count: 0)
        for (index, item) in values.enumerated() {
            var isNew = true
            if index > 0 {
                let before = values[index - 1]
                let gap = item.value.re - before.value.re
                if gap <= 1e-6 * max(before.value.scale, item.value.scale) {
                    switch try ExpressionComparison(budget: budget).compare(before.end, item.end) {
                    case .equal: isNew = false
                    case .different where gap > ComplexValue.tolerance * item.value.scale: break
                    default: return nil
                    }
                }
            }
            if isNew { line.count += 1 }
            line.places.append((item.end, 2 * line.count - 1))
        }
        return line
    }
}

extension Answer {
    /// Inequalities separated only by commas.
    fileprivate var separateConditions: [Answer]? {
        guard case .collection(.none(.comma), let items) = self, isSetOperation else { return nil }
        return items
    }

    /// The finite and infinite ends of the intervals and the points that make up a set of real numbers; nil for
    /// anything else.
    fileprivate var ends: [Expression]? {
        switch self {
        case .value(let value): return [value]
        case .collection(.pair, let items):
            guard items.count == 2, case .value(let low) = items[0], case .value(let high) = items[1] else {
                return nil
            }
            return [low, high]
        case .collection(_, let items), .union(let items), .intersection(let items): return Self.ends(items)
        case .difference(let a, let b): return Self.ends([a, b])
        case .relation(.value(.symbol), .equal, let value): return value.ends
        case .relation, .between: return solution.flatMap { $0.values.ends }
        default: return nil
        }
    }

    private static func ends(_ parts: [Answer]) -> [Expression]? {
        var all: [Expression] = []
        for part in parts {
            guard let ends = part.ends else { return nil }
            all += ends
        }
        return all
    }

    /// Whether a place of the line belongs to the set; nil if unknown.
    fileprivate func contains(_ place: Int, _ line: RealSets.Line) -> Bool? {
        switch self {
        case .value(let value): return line.place(value).map { $0 == place }
        case .collection(.pair(let isOpen, let isOpenAtEnd), let items):
            guard items.count == 2, case .value(let low) = items[0], case .value(let high) = items[1],
                let start = line.place(low), let end = line.place(high), start < end || start == end && !isOpen
            else { return nil }
            return (isOpen ? place > start : place >= start) && (isOpenAtEnd ? place < end : place <= end)
        case .collection(.none(.and), let items), .intersection(let items):
            return Self.fold(items, place, line) { $0 && $1 }
        case .collection(_, let items), .union(let items):
            return items.isEmpty ? false : Self.fold(items, place, line) { $0 || $1 }
        case .difference(let a, let b): return Self.fold([a, b], place, line) { $0 && !$1 }
        case .relation(.value(.symbol), .equal, let value): return value.contains(place, line)
        case .relation, .between: return solution.flatMap { $0.values.contains(place, line) }
        default: return nil
        }
    }

    private static func fold(
        _ parts: [Answer], _ place: Int, _ line: RealSets.Line, _ combine: (Bool, Bool) -> Bool
    ) -> Bool? {
        var result: Bool?
        for part in parts {
            guard let isIn = part.contains(place, line) else { return nil }
            result = result.map { combine($0, isIn) } ?? isIn
        }
        return result
    }
}
