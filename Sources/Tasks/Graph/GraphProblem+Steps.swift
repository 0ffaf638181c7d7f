/// How much a step says.
struct StepWriting: Hashable, CaseIterable {
    /// Whether a result is there before it is reduced, where that makes a difference: `j22+l20=42=m19`.
    var showsWhole = false
    /// Whether the operands' values come before the operation, too: `Mj+l;j22;l20;j22+l20=m19`.
    var restates = false

    static let allCases = [false, true].flatMap { restates in
        [false, true].map { StepWriting(showsWhole: $0, restates: restates) }
    }
}

extension GraphProblem {
    /// A step that attempts a variable and finds that an operand of it has to come first: `Mj+l;j?`.
    func attempt(at name: GraphName, _ rule: GraphRule, missing operand: GraphName) -> String {
        "\(name.definition)\(rule.words.joined());\(operand.value)?"
    }

    /// The words of the step that computes a variable.
    ///
    ///     E9=e9
    ///     Jg-e;g5-e9=j19
    ///     Lj-8;j19-8=l11
    ///
    /// The definition as stated in the prompt; the operation again with each operand's name followed by its value; then
    /// the variable and its value.
    func pieces(of name: GraphName, _ rule: GraphRule, _ writing: StepWriting = StepWriting()) -> [StepPiece] {
        let definition = [StepPiece(name.definition, .definition)] + rule.words.map { StepPiece($0, .definition) }
        let whole = wholeValue(of: rule).flatMap { $0 != value(of: name) ? $0 : nil }
        let result =
            (writing.showsWhole ? whole.map([StepPiece].whole) ?? [] : []) + [
                StepPiece("=", rule.operands.isEmpty ? .definition : .format), StepPiece(name.value, .copy),
                StepPiece("\(value(of: name))", rule.operands.isEmpty ? .copy : .arithmetic),
            ]
        func recalled(_ name: GraphName) -> [StepPiece] {
            [StepPiece(name.value, .copy), StepPiece("\(value(of: name))", .lookup)]
        }
        let restated = writing.restates ? rule.operands.flatMap { recalled($0) + [StepPiece(";")] } : []
        switch rule {
        case .constant: return definition + result
        case .withConstant(let operand, let operation, let number):
            let rest = [StepPiece(operation.text, .copy), StepPiece("\(number)", .copy)]
            return definition + [StepPiece(";", .definition)] + restated + recalled(operand) + rest + result
        case .ofVariables(let left, let operation, let right):
            let middle = [StepPiece(operation.text, .copy)]
            return definition + [StepPiece(";", .definition)] + restated + recalled(left) + middle + recalled(right)
                + result
        }
    }

    /// The result of an operation before it is reduced; nil for a constant.
    private func wholeValue(of rule: GraphRule) -> Int? {
        switch rule {
        case .constant: nil
        case .withConstant(let operand, let operation, let number): operation.apply(value(of: operand), number)
        case .ofVariables(let left, let operation, let right):
            operation.apply(value(of: left), value(of: right))
        }
    }
}
