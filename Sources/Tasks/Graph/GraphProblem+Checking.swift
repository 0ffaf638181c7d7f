extension GraphProblem {
    /// Checks a response's steps.
    ///
    /// Each step computes one new variable from operands already computed, in any order, needed or not; or it attempts one
    /// and says which operand has to come first, which computes nothing and is sound if that operand is not computed. The
    /// last step is the box, once the question has been computed.
    func check(_ response: String) -> TaskCheck {
        var computed: Set<GraphName> = []
        let answer = "\(value(of: question))"
        return checkSteps(of: response, isRight: { $0 == answer }) { step, isLast in
            if AnswerBox.begins(step) {
                guard computed.contains(question) else { return .early }
                return isLast ? AnswerBox.fault(in: step, content: answer) : .format
            }
            guard let name = GraphName(definition: Lexeme(at: step.text)) else { return .format }
            guard let rule = rule(of: name) else { return .definition }
            let attempts = rule.operands.filter { !computed.contains($0) }.map {
                Array(attempt(at: name, rule, missing: $0).utf8)
            }
            if step.isClosed
                ? attempts.contains(Array(step.text)) : attempts.contains(where: { $0.starts(with: step.text) })
            {
                return step.isClosed ? nil : .truncated
            }
            let writings = StepWriting.allCases.map { pieces(of: name, rule, $0) }
            if let fault = writings.fault(in: step, rule, computed) { return fault }
            guard step.isClosed else { return .truncated }
            return computed.insert(name).inserted ? nil : .repeated
        }
    }
}

extension [[StepPiece]] {
    /// A step that uses something not yet computed is faulted for its definition, before any value in it can be wrong.
    fileprivate func fault(in step: ResponseStep, _ rule: GraphRule, _ computed: Set<GraphName>) -> StepFault.Kind? {
        let fault = fault(in: step)
        guard fault != .definition, fault != .format, !rule.operands.allSatisfy(computed.contains) else { return fault }
        return .dependency
    }
}
