extension AnswerComparison {
    /// Compares values assigned to letters, `(x, y) = (1, 2)` or `y = 2, x = 1`, with other assignments or a tuple of
    /// values; nil if neither side assigns values to several letters.
    func compareAssignments(_ reference: Answer, _ answer: Answer) throws(MathProblem) -> Outcome? {
        switch (reference.assignments, answer.assignments) {
        case (let a?, let b?):
            guard Set(a.map(\.name)) == Set(b.map(\.name)) else { return .different }
            return try compareInOrder(Self.inOrder(a), Self.inOrder(b))
        case (let a?, nil):
            guard case .collection(.round, let items) = answer else { return nil }
            return try compareTuple(a) { values throws(MathProblem) in try compareInOrder(values, items) }
        case (nil, let b?):
            guard case .collection(.round, let items) = reference else { return nil }
            return try compareTuple(b) { values throws(MathProblem) in try compareInOrder(items, values) }
        case (nil, nil): return nil
        }
    }

    /// A tuple without letters assigns values in alphabetical or written order. If only one of these agrees, it is
    /// unclear which was meant.
    private func compareTuple(
        _ assignments: [Answer.Assignment], _ compare: ([Answer]) throws(MathProblem) -> Outcome
    ) throws(MathProblem) -> Outcome {
        let written = try compare(assignments.map(\.value)), sorted = try compare(Self.inOrder(assignments))
        if written == sorted { return written }
        // In "(y, x) = (2, 1)" the tuple's order counts; in "y = 2, x = 1" the letters do.
        return .undecided
    }

    private static func inOrder(_ assignments: [Answer.Assignment]) -> [Answer] {
        assignments.sorted { $0.name < $1.name }.map(\.value)
    }
}

extension Answer {
    struct Assignment {
        var name: String
        var value: Answer
    }

    /// Two or more values, each assigned to a different letter; nil for anything else.
    fileprivate var assignments: [Assignment]? {
        var pairs: [Assignment] = []
        switch self {
        case .relation(.collection(.pair, let names), .equal, .collection(.pair, let values)):
            guard names.count == values.count else { return nil }
            for (name, value) in zip(names, values) {
                guard case .value(.symbol(let name)) = name else { return nil }
                pairs.append(Assignment(name: name, value: value))
            }
        case .collection(let brackets, let items) where brackets.isNone:
            for item in items {
                guard case .relation(.value(.symbol(let name)), .equal, let value) = item else { return nil }
                pairs.append(Assignment(name: name, value: value))
            }
        default: return nil
        }
        return pairs.count > 1 && Set(pairs.map(\.name)).count == pairs.count ? pairs : nil
    }
}
