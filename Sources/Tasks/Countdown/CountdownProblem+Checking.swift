extension CountdownProblem {
    /// Whether an expression makes the target from the given numbers.
    func isSolved(by text: String) -> Bool {
        guard let expression = CountdownExpressionParser.parse(text), expression.value == target else { return false }
        var left = numbers
        for number in expression.numbers {
            guard let index = left.firstIndex(of: number) else { return false }
            left.remove(at: index)
        }
        return !usesAll || left.isEmpty
    }

    /// Checks a response's steps.
    ///
    /// Each step combines two available numbers, given or computed, and replaces them by the result. Once the target
    /// has been made, the box holds an expression for it, each of whose operations is one of these steps.
    func check(_ response: String) -> TaskCheck {
        var available = numbers
        var made: [CountdownExpression.Combination] = []
        return checkSteps(of: response, isRight: isSolved) { step, isLast in
            if AnswerBox.begins(step) {
                guard made.contains(where: { $0.result == target }) else { return .early }
                return isLast ? boxFault(in: step, made) : .format
            }
            var reader = CountdownStepReader(step)
            guard let combination = reader.combination() else { return reader.fault }
            for number in [combination.left, combination.right] {
                guard let index = available.firstIndex(of: number) else { return .dependency }
                available.remove(at: index)
            }
            guard let stated = reader.result() else { return reader.fault }
            guard let result = combination.result, result == stated else { return .arithmetic }
            guard step.isClosed else { return .truncated }
            available.append(result)
            made.append(combination)
            return nil
        }
    }

    private func boxFault(in step: ResponseStep, _ made: [CountdownExpression.Combination]) -> StepFault.Kind? {
        if step.isClosed { return .format }
        guard let inside = AnswerBox.content(of: step) else { return .truncated }
        let content = String(decoding: inside, as: UTF8.self)
        guard inside.endIndex + 1 == step.text.endIndex, let expression = CountdownExpressionParser.parse(content)
        else {
            return .format
        }
        guard isSolved(by: content) else { return .copy }
        var steps = made
        for combination in expression.combinations {
            guard let index = steps.firstIndex(of: combination) else { return .copy }
            steps.remove(at: index)
        }
        return nil
    }
}

extension CountdownExpression.Combination {
    var result: Int? { operation.apply(left, right) }
}

/// Reads a step such as `5*2=10`.
private struct CountdownStepReader {
    private var rest: ArraySlice<UInt8>
    private let isClosed: Bool
    /// Why the last read failed.
    private(set) var fault = StepFault.Kind.format

    init(_ step: ResponseStep) {
        rest = step.text
        isClosed = step.isClosed
    }

    mutating func combination() -> CountdownExpression.Combination? {
        guard let left = number(), let sign = word()?.first else { return nil }
        guard let operation = Operation(rawValue: sign) else { return nil }
        guard let right = number(), let equals = word() else { return nil }
        guard equals.elementsEqual("=".utf8) else { return nil }
        return CountdownExpression.Combination(left: left, operation: operation, right: right)
    }

    /// The number that ends the step.
    mutating func result() -> Int? {
        guard let number = number(), rest.isEmpty else { return nil }
        return number
    }

    private mutating func number() -> Int? {
        guard let word = word(), word.count <= 9 else { return nil }
        return Int(String(decoding: word, as: UTF8.self))
    }

    /// The next word; if there is none, an open step is truncated.
    private mutating func word() -> ArraySlice<UInt8>? {
        guard let word = Lexeme(at: rest) else {
            if !isClosed { fault = .truncated }
            return nil
        }
        rest = rest.dropFirst(word.text.count)
        return word.text
    }
}
