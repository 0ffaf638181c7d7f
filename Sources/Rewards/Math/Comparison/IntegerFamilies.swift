/// Compares values over all whole numbers: `x = \frac{\pi}{2} + k\pi, k \in \mathbb{Z}`.
///
/// Each value is linear in the letter and so denotes an arithmetic progression. Two unions of progressions are equal if
/// each progression of one, split into as many parts as the other's distances require, lies in progressions of the
/// other.
struct IntegerFamilies {
    let budget: StepBudget

    /// The most parts a progression is split into.
    private static let maximumParts = 24

    private struct Progression {
        var start: Double
        var distance: Double

        func contains(_ value: Double) -> Bool {
            let steps = (value - start) / distance
            return abs(steps - steps.rounded()) < 1e-9 * max(1, abs(steps))
        }
    }

    /// Returns nil if neither is such a family.
    func compare(_ reference: Answer, _ answer: Answer) throws(MathProblem) -> Outcome? {
        switch (reference.family, answer.family) {
        case (let a?, let b?):
            guard let first = try progressions(a), let second = try progressions(b) else { return .undecided }
            let there = Self.isContained(first, in: second), back = Self.isContained(second, in: first)
            if there == false || back == false { return .different }
            return there == true && back == true ? .equal : .undecided
        case (_?, nil): return answer.hasLetters ? .undecided : .different
        case (nil, _?): return reference.hasLetters ? .undecided : .different
        case (nil, nil): return nil
        }
    }

    /// Returns nil if a value has other letters or is not linear.
    private func progressions(_ family: Answer.Family) throws(MathProblem) -> [Progression]? {
        var progressions: [Progression] = []
        for value in family.values {
            guard value.symbols.allSatisfy({ $0 == family.letter }) else { return nil }
            var places: [Double] = []
            for number in [0.0, 1, 2, -3] {
                let point = SamplePoint(number: 0, fixed: [family.letter: number])
                guard let place = try ComplexEvaluation(point: point, budget: budget).value(value), place.isReal else {
                    return nil
                }
                places.append(place.re)
            }
            let distance = places[1] - places[0], scale = places.map(abs).max() ?? 0
            let isLinear =
                abs(places[0] + 2 * distance - places[2]) < 1e-11 * scale
                && abs(places[0] - 3 * distance - places[3]) < 1e-11 * scale
            guard isLinear, abs(distance) > 1e-9 * scale else { return nil }
            progressions.append(Progression(start: places[0], distance: abs(distance)))
        }
        return progressions.isEmpty ? nil : progressions
    }

    /// Returns nil if the distances have no small common multiple.
    private static func isContained(_ inner: [Progression], in outer: [Progression]) -> Bool? {
        for progression in inner {
            let parts = (1...maximumParts).first { parts in
                outer.allSatisfy {
                    let ratio = Double(parts) * progression.distance / $0.distance
                    return abs(ratio - ratio.rounded()) < 1e-9 * max(1, ratio) && ratio > 0.5
                }
            }
            guard let parts else { return nil }
            for part in 0..<parts {
                let place = progression.start + Double(part) * progression.distance
                guard outer.contains(where: { $0.contains(place) }) else { return false }
            }
        }
        return true
    }
}

extension Answer {
    struct Family {
        var letter: String
        var values: [Expression]
    }

    /// Values followed by "letter ∈ ℤ"; nil for anything else.
    fileprivate var family: Family? {
        guard case .collection(.none, let items) = self, items.count > 1,
            case .relation(.value(.symbol(let letter)), .element, .value(.symbol("Z"))) = items[items.count - 1]
        else { return nil }
        var values: [Expression] = []
        for item in items.dropLast() {
            guard let more = item.familyValues else { return nil }
            values += more
        }
        return Family(letter: letter, values: values)
    }

    private var familyValues: [Expression]? {
        switch self {
        case .value(let value): return [value]
        case .word: return asProduct.familyValues
        case .relation(.value(.symbol), .equal, let value): return value.familyValues
        case .collection(.none, let items):
            let values = items.map(\.familyValues)
            return values.contains { $0 == nil } ? nil : values.flatMap { $0 ?? [] }
        default: return nil
        }
    }

    /// Whether it has letters that could denote any whole number.
    fileprivate var hasLetters: Bool {
        switch self {
        case .value(let value): !value.symbols.isEmpty
        case .word: true
        case .relation(_, _, let value): value.hasLetters
        case .collection(_, let items): items.contains(where: \.hasLetters)
        default: false
        }
    }
}
