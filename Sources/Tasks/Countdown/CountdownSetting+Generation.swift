extension CountdownSetting {
    /// One attempt at an example: numbers are drawn and combined at random, and the result is the target.
    ///
    /// Returns nil if a value leaves the limits, a combination is pointless, or the target is among the given numbers.
    func example(_ draws: inout Draws) -> TaskExample? {
        let count = draws.integer(in: numbers)
        let given = (0..<count).map { _ in draws.integer(in: range) }
        let used = usesAll ? count : draws.integer(in: 2...count)
        var pool = draws.sample(used, of: given).map { CountdownExpression.number($0) }
        var steps = ""
        while pool.count > 1 {
            let first = pool.remove(at: draws.integer(below: pool.count))
            let second = pool.remove(at: draws.integer(below: pool.count))
            guard let (combination, result) = combine(first, second, operations.draw(&draws)) else { return nil }
            let text = "\(combination.left)\(combination.operation.text)\(combination.right)=\(result)"
            steps += text + "\n\n"
            pool.append(
                combination.left == first.value
                    ? .combined(first, combination.operation, second)
                    : .combined(second, combination.operation, first))
        }
        guard let target = pool[0].value, !given.contains(target) else { return nil }
        let problem = CountdownProblem(numbers: given, target: target, usesAll: usesAll)
        return TaskExample(
            prompt: problem.prompt, answer: "\(target)", response: steps + AnswerBox.text(pool[0].text))
    }

    /// Puts the larger value on the left, so that differences are positive and quotients can be whole.
    private func combine(
        _ first: CountdownExpression, _ second: CountdownExpression, _ operation: Operation
    ) -> (CountdownExpression.Combination, result: Int)? {
        guard let a = first.value, let b = second.value else { return nil }
        let combination = CountdownExpression.Combination(left: max(a, b), operation: operation, right: min(a, b))
        guard let result = operation.apply(combination.left, combination.right), (1...limit).contains(result),
            // Multiplying or dividing by 1, or a difference equal to an operand, yields nothing new.
            result != combination.left, result != combination.right
        else { return nil }
        return (combination, result)
    }
}
