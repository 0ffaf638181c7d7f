extension GraphProblem {
    /// The words of the step that computes a variable.
    ///
    ///     E9=e9
    ///     Jg-e;g5-e9=j19
    ///     Lj-8;j19-8=l11
    ///
    /// The definition as stated in the prompt; the operation again with each operand's name followed by its value; then
    /// the variable and its value.
    func pieces(of name: GraphName, _ rule: GraphRule) -> [StepPiece] {
        let definition = [StepPiece(name.definition, .definition)] + rule.words.map { StepPiece($0, .definition) }
        let result = [
            StepPiece("=", rule.operands.isEmpty ? .definition : .format), StepPiece(name.value, .copy),
            StepPiece("\(value(of: name))", rule.operands.isEmpty ? .copy : .arithmetic),
        ]
        func recalled(_ name: GraphName) -> [StepPiece] {
            [StepPiece(name.value, .copy), StepPiece("\(value(of: name))", .lookup)]
        }
        switch rule {
        case .constant: return definition + result
        case .withConstant(let operand, let operation, let number):
            let rest = [StepPiece(operation.text, .copy), StepPiece("\(number)", .copy)]
            return definition + [StepPiece(";", .definition)] + recalled(operand) + rest + result
        case .ofVariables(let left, let operation, let right):
            let middle = [StepPiece(operation.text, .copy)]
            return definition + [StepPiece(";", .definition)] + recalled(left) + middle + recalled(right) + result
        }
    }
}
