extension GraphSetting {
    /// One attempt at an example; nil if the answer needs too few or too many variables.
    func example(_ draws: inout Draws) -> TaskExample? {
        guard let problem = problem(&draws) else { return nil }
        let needed = problem.needed
        guard need.contains(needed.count) else { return nil }
        return TaskExample(
            prompt: problem.prompt, answer: "\(problem.value(of: problem.question))",
            response: problem.solution(needed, &draws))
    }

    /// Leaves first, then derived variables, the last of which is asked for, then distractors; finally shuffled.
    private func problem(_ draws: inout Draws) -> GraphProblem? {
        let leafCount = draws.integer(in: leaves)
        let needCount = leafCount + draws.integer(in: derived)
        let count = needCount + draws.integer(in: distractors)
        let order = draws.sample(count, of: (0..<names).map { GraphName($0) })
        let definitions = order.indices.map { index in
            GraphProblem.Definition(
                name: order[index],
                rule: index < leafCount
                    ? .constant(draws.integer(in: 1...modulus - 1))
                    : rule(from: order[..<min(index, needCount)], &draws))
        }
        return GraphProblem(
            modulus: modulus, definitions: draws.shuffled(definitions), question: order[needCount - 1])
    }

    /// A rule that uses variables of `earlier`, different ones if it uses two.
    private func rule(from earlier: ArraySlice<GraphName>, _ draws: inout Draws) -> GraphRule {
        let pool = draws.chance(locality) ? earlier.suffix(Self.nearness) : earlier
        let operation = operations.draw(&draws)
        if pool.count == 1 || draws.chance(constants) {
            return .withConstant(draws.element(of: pool), operation, constant(for: operation, &draws))
        }
        let pair = draws.sample(2, of: Array(pool))
        return .ofVariables(pair[0], operation, pair[1])
    }

    /// Excludes adding 0 and multiplying by 0 or 1, which would make steps that need no computing.
    private func constant(for operation: Operation, _ draws: inout Draws) -> Int {
        draws.integer(in: min(operation == .multiply ? 2 : 1, modulus - 1)...modulus - 1)
    }
}

extension GraphProblem {
    /// The needed variables one by one, each drawn from those whose operands are available.
    fileprivate func solution(_ needed: Set<GraphName>, _ draws: inout Draws) -> String {
        var open = definitions.filter { needed.contains($0.name) }
        var computed: Set<GraphName> = []
        var text = ""
        while !open.isEmpty {
            let ready = open.indices.filter { open[$0].rule.operands.allSatisfy(computed.contains) }
            let next = open.remove(at: draws.element(of: ready))
            computed.insert(next.name)
            text += pieces(of: next.name, next.rule).text + "\n\n"
        }
        return text + AnswerBox.text("\(value(of: question))")
    }
}
